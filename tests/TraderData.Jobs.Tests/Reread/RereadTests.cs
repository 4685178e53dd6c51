using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class RereadTests
{
    private readonly World _world = new();

    [Fact]
    public async Task Yesterday_is_read_again_and_what_changed_is_counted_and_kept()
    {
        Assert.False((await _world.RunAsync(World.Request("AAA,BBB", "1m", "2024-03-08", "2024-03-10T12:00:00Z"))).Failed);
        // Of the day before that a restatement is not looked for.
        _world.Source.Restated = (symbol, time) => symbol == "AAA" && (time == World.Ms("2024-03-09T10:00:00Z") || time == World.Ms("2024-03-08T10:00:00Z")) ? 1 : 0;

        var reports = await RereadAsync("model:AAA,BBB@1m", "model:AAA@1d");

        Assert.Equal(["1m", "1d"], reports.Select(r => r.Timeframe.ToString()));
        Assert.Equal(new WriteResult(0, 1, 2_879), reports[0].Written);
        Assert.Equal(new WriteResult(1, 0, 0), reports[1].Written);
        Assert.Equal(World.Range("2024-03-09", "2024-03-10"), reports[0].Range);
    }

    [Fact]
    public async Task Week_is_read_again_on_the_day_after_its_end()
    {
        _world.Source.NowMs = World.Ms("2024-03-11T01:15:00Z");

        var report = Assert.Single(await RereadAsync("model:AAA@1w"));

        Assert.Equal(World.Range("2024-03-04", "2024-03-11"), report.Range);
        Assert.Equal(1, report.Written.Inserted);
    }

    [Fact]
    public async Task Source_that_cannot_say_what_a_pattern_stands_for_does_not_stop_the_rest()
    {
        _world.Source.Lists = () => throw new Connectors.SourceException(Connectors.SourceErrorKind.Unavailable, "model is down");

        var fault = await Assert.ThrowsAsync<AggregateException>(() => RereadAsync("model:*@1h", "model:AAA@1m"));

        Assert.Equal("model is down", Assert.Single(fault.InnerExceptions).Message);
        Assert.Equal(1_440, (await _world.Store.FindAsync(World.Series("AAA", "1m"), TestContext.Current.CancellationToken))!.Rows);
    }

    [Fact]
    public async Task Day_on_which_reading_again_failed_is_made_up_for_on_the_next_one()
    {
        Assert.False((await _world.RunAsync(World.Request("AAA,BBB", "1m", "2024-03-08", "2024-03-10"))).Failed);
        _world.Source.Restated = (_, time) => time == World.Ms("2024-03-09T10:00:00Z") ? 1 : 0;
        _world.Source.BeforePage = (symbol, _) =>
        {
            if (symbol == "AAA")
                throw new Connectors.SourceException(Connectors.SourceErrorKind.Unavailable, "model is down");
        };
        Assert.Equal(["AAA"], Assert.Single(await RereadAsync("model:AAA,BBB@1m")).Series.Where(s => s.Failed).Select(s => s.Series.Symbol));

        _world.Source.NowMs += Timeframe.D1.DurationMs;
        _world.Source.BeforePage = (_, _) => { };
        var report = Assert.Single(await RereadAsync("model:AAA,BBB@1m"));

        Assert.Equal(World.Range("2024-03-09", "2024-03-11"), report.Range);
        Assert.Equal([(2_880L, "AAA"), (1_440L, "BBB")], report.Series.Select(s => (s.Written.Same + s.Written.Changed + s.Written.Inserted, s.Series.Symbol)));
        Assert.Equal(1, report.Series[0].Written.Changed);
        Assert.Empty(await RereadAsync("model:AAA,BBB@1m"));
    }

    [Fact]
    public async Task Nothing_behind_a_week_is_read_again()
    {
        _ = await _world.Dates.BeginAsync("model", [World.Series("AAA", "1m")], new WatchDates(0, 0), TestContext.Current.CancellationToken);

        Assert.Equal(World.Range("2024-03-03", "2024-03-10"), Assert.Single(await RereadAsync("model:AAA@1m")).Range);
    }

    private Task<IReadOnlyList<RereadReport>> RereadAsync(params string[] watched)
    {
        var list = WatchList.Parse(watched, out var errors);
        Assert.Empty(errors);
        return new Jobs.Reread([_world.Source], new CurrentWatchList(list), _world.Watched(list), _world.Dates, _world.Backfill, Microsoft.Extensions.Logging.Abstractions.NullLogger<Jobs.Reread>.Instance)
            .RunAsync(TestContext.Current.CancellationToken);
    }
}
