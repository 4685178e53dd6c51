using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class KnownFailureTests
{
    private readonly World _world = new();

    private SeriesInfo Info => _world.Store.Info(World.Series("AAA", "1h"))!;

    [Fact]
    public async Task Range_that_fails_is_kept_with_its_tries_until_it_is_answered()
    {
        await _world.RunAsync(World.Request("AAA", "1h", "2022-06-01", "2023-01-01"));
        var fails = World.Ms("2023-02-01");
        _world.Source.BeforePage = (_, page) =>
        {
            if (page.EndMs > fails)
                throw new SourceException(SourceErrorKind.Unavailable, "model GET /bars failed: 502");
        };
        await _world.RunAsync(World.Request("AAA", "1h", "2022-06-01", "2024-01-01"));
        var failure = Assert.Single(Info.Failures);
        Assert.Equal(("model GET /bars failed: 502", World.NowMs, 1), (failure.Message, failure.AtMs, failure.Tries));
        Assert.Equal(new TimeRange(Info.Fetched[^1].EndMs, World.Ms("2024-01-01")), failure.Range);

        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await _world.RunAsync(World.Request("AAA", "1h", "2022-06-01", "2024-01-01"));
        Assert.Equal((2, World.NowMs + 60_000), (Assert.Single(Info.Failures).Tries, Info.Failures[0].AtMs));

        _world.Source.BeforePage = (_, _) => { };
        await _world.RunAsync(World.Request("AAA", "1h", "2022-06-01", "2024-01-01"));
        Assert.Empty(Info.Failures);
        Assert.Equal([World.Range("2022-06-01", "2024-01-01")], Info.Fetched);
    }

    [Fact]
    public async Task Series_that_is_not_held_comes_to_be_by_no_failure()
    {
        _world.Source.BeforePage = (_, _) => throw new SourceException(SourceErrorKind.UnknownSymbol, "model does not know AAA");
        await _world.RunAsync(World.Request("AAA", "1h", "2022-06-01", "2024-01-01"));
        Assert.Empty(await _world.Store.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Refused_bar_is_a_failure_of_its_own_range_and_no_other()
    {
        var bad = World.Ms("2023-07-07T07:00Z");
        _world.Source.BeforePage = RefusedAnswerTests.BadAt(bad);
        await _world.RunAsync(World.Request("AAA", "1h", "2022-06-01", "2024-02-01"));
        var failure = Assert.Single(Info.Failures);
        Assert.Equal(new TimeRange(bad, bad + 3_600_000), failure.Range);
        Assert.Equal("model:AAA:1h row 95: low 0; expected a price greater than 0: [1688713200000,\"0\"]", failure.Message);
    }

    [Fact]
    public async Task Asking_again_verifies_what_was_fetched_and_no_more()
    {
        await _world.RunAsync(World.Request("AAA", "1h", "2022-06-01", "2023-06-01"));
        await _world.RunAsync(World.Request("AAA", "1h", "2022-06-01", "2023-06-01"));
        Assert.Empty(Info.Verified);
        await _world.RunAsync(World.Request("AAA", "1h", "2023-01-15", "2024-01-01") with { Again = true });
        Assert.Equal([World.Range("2022-06-01", "2024-01-01")], Info.Fetched);
        Assert.Equal([World.Range("2023-01-15", "2023-06-01")], Info.Verified);
    }
}
