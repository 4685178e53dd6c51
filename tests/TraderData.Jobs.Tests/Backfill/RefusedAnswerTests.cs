using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class RefusedAnswerTests
{
    private readonly World _world = new();

    [Fact]
    public async Task Bad_bar_stays_away_and_nothing_else_is_lost()
    {
        var bad = World.Ms("2023-07-07T07:00Z");
        _world.Source.BeforePage = BadAt(bad);

        var report = await _world.RunAsync(World.Request("AAA,BBB", "1h", "2022-06-01", "2024-02-01"));

        var (series, other) = (report.Series[0], report.Series[1]);
        Assert.Equal("model:AAA:1h row 95: low 0; expected a price greater than 0: [1688713200000,\"0\"]", series.Error);
        Assert.Equal([new TimeRange(bad, bad + 3_600_000)], Assert.Single(series.BadPages).Missing);
        Assert.Null(other.Error);
        Assert.Equal(other.Written.Inserted - 1, series.Written.Inserted);
        Assert.Equal(other.Answered.Missing(report.Range), []);
        var (refused, reason) = Assert.Single(_world.Store.Refused);
        Assert.Equal(series.Series, refused);
        Assert.Equal("[1688713200000,\"0\"]", reason.Text);
        Assert.Equal("quarantine/1", series.BadPages[0].KeptAs);

        _world.Source.Asked.Clear();
        _world.Source.BeforePage = (_, _) => { };
        var again = await _world.RunAsync(World.Request("AAA,BBB", "1h", "2022-06-01", "2024-02-01"));
        Assert.Equal([("AAA", new TimeRange(bad, bad + 3_600_000))], _world.Source.Asked);
        Assert.Equal(new WriteResult(1, 0, 0), again.Written);
    }

    [Fact]
    public async Task Answer_that_is_bad_once_is_reported_and_nothing_is_missing()
    {
        var bad = World.Ms("2024-01-07T07:00Z");
        var once = 1;
        _world.Source.BeforePage = (symbol, page) =>
        {
            if (page.Contains(bad) && Interlocked.Exchange(ref once, 0) == 1)
                BadAt(bad)("AAA", page);
        };

        var report = await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-02-01"));

        Assert.Contains("model:AAA:1h row 51", report.Series[0].Error, StringComparison.Ordinal);
        Assert.Empty(Assert.Single(report.Series[0].BadPages).Missing);
        Assert.Equal(744, report.Written.Inserted);
    }

    [Fact]
    public async Task Source_that_is_always_bad_is_given_up()
    {
        _world.Source.BeforePage = (_, _) => throw new BadDataException("model:AAA:1h", "an HTML page", "JSON");

        var report = await _world.RunAsync(World.Request("AAA", "1h", "2000-01-01", "2024-02-01"));

        Assert.Equal(
            $"model:AAA:1h: an HTML page; expected JSON; then model:AAA:1h: given up after {SeriesFetch.MaxBadPages} refused answers", report.Series[0].Error);
        Assert.InRange(_world.Source.Asked.Count, SeriesFetch.MaxBadPages, SeriesFetch.MaxBadPages + SeriesFetch.MaxNarrowings + 1);
        Assert.Empty(_world.Store.Dump());
    }

    [Fact]
    public async Task Source_that_goes_away_while_an_answer_is_narrowed_ends_the_series()
    {
        var bad = World.Ms("2023-01-07T07:00Z");
        var asked = 0;
        _world.Source.BeforePage = (symbol, page) =>
        {
            BadAt(bad)(symbol, page);
            if (++asked > 4)
                throw new SourceException(SourceErrorKind.Banned, "model bans us");
        };

        var report = await _world.RunAsync(World.Request("AAA", "1h", "2023-01-01", "2024-02-01"));

        Assert.EndsWith("then model:AAA:1h: model bans us", report.Series[0].Error, StringComparison.Ordinal);
        var held = _world.Store.Bars(World.Series("AAA", "1h"));
        Assert.Equal(report.Written.Inserted, held.Count);
        Assert.Equal(held.Count, report.Series[0].Answered.Sum(Timeframe.H1.CountIn));
    }

    [Fact]
    public async Task Ingest_goes_on_behind_a_bad_bar()
    {
        var bad = World.Ms("2024-03-10T12:30Z");
        _world.Source.BeforePage = BadAt(bad);
        var ingest = _world.Ingest("model:AAA@1m");

        var report = await ingest.RunAsync("model", Timeframe.M1, TestContext.Current.CancellationToken);

        Assert.True(report.Failed);
        Assert.Equal(IngestOptions.DefaultFirstBars - 1, report.Written.Inserted);
        Assert.Equal(World.Ms("2024-03-10T12:33Z"), _world.Store.Bars(World.Series("AAA", "1m")).LastMs);
        _world.Source.NowMs += 5 * 60_000;
        Assert.False((await ingest.RunAsync("model", Timeframe.M1, TestContext.Current.CancellationToken)).Failed);
    }

    [Fact]
    public void Any_bad_bars_leave_every_other_bar_in_the_store()
    {
        var range = World.Range("2023-12-20", "2024-01-10");
        var count = Timeframe.H1.CountIn(range);
        Prop.ForAll(Gen.Choose(0, (int)count - 1).ListOf(3).ToArbitrary(), indexes =>
        {
            var times = indexes.Select(i => range.StartMs + (i * 3_600_000L)).ToHashSet();
            var world = new World();
            world.Source.BeforePage = (symbol, page) =>
            {
                foreach (var time in times.Order())
                    BadAt(time)(symbol, page);
            };

            world.RunAsync(World.Request("AAA", "1h", "2023-12-20", "2024-01-10")).GetAwaiter().GetResult();

            var held = world.Store.Bars(World.Series("AAA", "1h"));
            return held.Count == count - times.Count && !held.Times.ToArray().Any(times.Contains);
        }).QuickCheckThrowOnFailure();
    }

    internal static Action<string, TimeRange> BadAt(long timeMs) => (symbol, page) =>
    {
        if (symbol != "AAA" || !page.Contains(timeMs))
            return;
        var step = page.EndMs - page.StartMs < 3_600_000 || timeMs % 3_600_000 != 0 ? 60_000 : 3_600_000;
        throw new BadDataException(
            string.Create(CultureInfo.InvariantCulture, $"model:AAA:1h row {(timeMs - page.StartMs) / step}"), "low 0", "a price greater than 0", $"[{timeMs},\"0\"]");
    };
}
