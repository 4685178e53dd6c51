using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class IngestTests
{
    private static readonly Timeframe M1 = Timeframe.M1;
    private readonly World _world = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ingest_of_a_new_series_begins_with_the_look_back()
    {
        _world.IngestOptions.FirstBars = 90;

        var report = await _world.Ingest("model:AAA@1m").RunAsync("model", M1, Cancel);

        Assert.Equal(new WriteResult(90, 0, 0), report.Written);
        Assert.Equal([World.Range("2024-03-10T11:04Z", "2024-03-10T12:34Z")], report.Series[0].Answered);
    }

    [Fact]
    public async Task Series_whose_source_is_away_begins_where_it_would_have_begun()
    {
        _world.Source.BeforePage = (_, _) => throw new SourceException(SourceErrorKind.Unavailable, "model is down");
        Assert.True(Assert.Single((await _world.Ingest("model:AAA@1m").RunAsync("model", M1, Cancel)).Series).Failed);
        _world.Source.NowMs += 6 * Timeframe.D1.DurationMs;
        _world.Source.BeforePage = (_, _) => { };

        var report = await _world.Ingest("model:AAA,BBB@1m").RunAsync("model", M1, Cancel);

        Assert.Equal(World.Range("2024-03-09T12:34Z", "2024-03-16T12:34Z"), Assert.Single(report.Series[0].Answered));
        Assert.Equal(World.Range("2024-03-15T12:34Z", "2024-03-16T12:34Z"), Assert.Single(report.Series[1].Answered));
    }

    [Fact]
    public async Task Ingest_goes_on_from_the_last_bars_and_sees_late_changes()
    {
        var ingest = _world.Ingest("model:AAA@1m");
        await ingest.RunAsync("model", M1, Cancel);
        _world.Source.NowMs += 2 * 60_000;
        _world.Source.Restated = (_, time) => time == World.Ms("2024-03-10T12:33Z") ? 1 : 0;

        var report = await ingest.RunAsync("model", M1, Cancel);

        Assert.Equal(new WriteResult(2, 1, 2), report.Written);
        Assert.Equal([World.Range("2024-03-10T12:31Z", "2024-03-10T12:36Z")], report.Series[0].Answered);
    }

    [Fact]
    public async Task Ingest_catches_up_after_a_long_pause_oldest_first_and_in_chunks()
    {
        await _world.RunAsync(World.Request("AAA", "1m", "2024-01-10", "2024-01-11"));
        _world.Source.Asked.Clear();

        await _world.Ingest("model:AAA@1m").RunAsync("model", M1, Cancel);

        Assert.Equal(
            [World.Range("2024-01-10T23:57Z", "2024-02-01"), World.Range("2024-02-01", "2024-03-01"), World.Range("2024-03-01", "2024-03-10T12:34Z")],
            _world.Source.Asked.Select(a => a.Range));
        Assert.Equal([World.Range("2024-01-10", "2024-03-10T12:34Z")], _world.Store.Info(World.Series("AAA", "1m"))!.Fetched);
    }

    [Fact]
    public async Task Ingest_of_a_quiet_series_does_not_ask_for_an_ever_longer_range()
    {
        var halted = World.Ms("2024-03-10T11:00Z");
        var world = new World { Source = new ModelSource(World.NowMs) { Has = (_, time) => time < halted } };
        var ingest = world.Ingest("model:AAA@1m");
        await ingest.RunAsync("model", M1, Cancel);
        world.Source.Asked.Clear();

        await ingest.RunAsync("model", M1, Cancel);

        Assert.Equal([World.Range("2024-03-10T12:31Z", "2024-03-10T12:34Z")], world.Source.Asked.Select(a => a.Range));
    }

    [Fact]
    public async Task Ingest_with_a_failing_series_finishes_the_others()
    {
        _world.Source.BeforePage = (symbol, _) =>
        {
            if (symbol == "AAA")
                throw new SourceException(SourceErrorKind.Unavailable, "model answered 503");
        };

        var report = await _world.Ingest("model:AAA@1m,1h", "model:BBB@1m").RunAsync("model", M1, Cancel);

        Assert.Equal([("AAA", true), ("BBB", false)], report.Series.Select(s => (s.Series.Symbol, s.Failed)));
        Assert.Equal(IngestOptions.DefaultFirstBars, report.Written.Inserted);
    }

    [Fact]
    public async Task Ingest_of_an_unknown_source_is_misuse()
    {
        var e = await Assert.ThrowsAsync<ArgumentException>(() => _world.Ingest("model:AAA@1m").RunAsync("moon", M1, Cancel));

        Assert.Equal("source must be one of model, was 'moon'", e.Message);
    }
}
