using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class BackfillTests
{
    private readonly World _world = new();

    [Fact]
    public async Task Backfill_of_a_fresh_series_holds_what_the_source_has_oldest_chunk_first()
    {
        var report = await _world.RunAsync(World.Request("AAA", "1h", "2021-06-01", "2024-02-01"));

        var series = Assert.Single(report.Series);
        Assert.Null(series.Error);
        Assert.Equal((4, 4, 0), (series.ChunksTotal, series.ChunksDone, series.ChunksSkipped));
        Assert.Equal(
            [World.Range("2021-06-01", "2022-01-01"), World.Range("2022-01-01", "2023-01-01"), World.Range("2023-01-01", "2024-01-01"), World.Range("2024-01-01", "2024-02-01")],
            _world.Source.Asked.Select(a => a.Range));
        var expected = _world.Source.Bars("AAA", Timeframe.H1, World.Range("2021-06-01", "2024-02-01"));
        Assert.Equal(BarText.Of(expected), BarText.Of(_world.Store.Bars(series.Series)));
        Assert.Equal(new WriteResult(expected.Count, 0, 0), report.Written);
        Assert.Equal([World.Range("2021-06-01", "2024-02-01")], series.Answered);
        Assert.Equal(4, _world.Store.Writes);
    }

    [Fact]
    public async Task Bars_of_another_feed_are_not_mixed_into_a_series()
    {
        _world.Source.Feed = "iex";
        await _world.RunAsync(World.Request("AAA", "1d", "2023-01-01", "2023-06-01"));
        var (dump, asked) = (_world.Store.Dump(), _world.Source.Asked.Count);
        _world.Source.Feed = "sip";

        var report = await _world.RunAsync(World.Request("AAA", "1d", "2023-01-01", "2024-01-01"));

        Assert.Equal(
            "model:AAA:1d: its bars are of feed iex, and model is set to feed sip: one series cannot be of both; set it back, or use another data folder and database",
            Assert.Single(report.Series).Error);
        Assert.Equal((dump, asked), (_world.Store.Dump(), _world.Source.Asked.Count));
    }

    [Fact]
    public async Task Backfill_twice_asks_and_writes_nothing_and_says_so()
    {
        var request = World.Request("AAA,BBB", "1d", "2009-06-01", "2024-02-01");
        await _world.RunAsync(request);
        var (dump, writes, asked) = (_world.Store.Dump(), _world.Store.Writes, _world.Source.Asked.Count);

        var report = await _world.RunAsync(request);

        Assert.Equal(default, report.Written);
        Assert.All(report.Series, s => Assert.Equal("nothing to write: all 3 chunks are held already", s.Summary));
        Assert.Equal((dump, writes, asked), (_world.Store.Dump(), _world.Store.Writes, _world.Source.Asked.Count));
    }

    [Fact]
    public async Task Next_chunk_is_asked_for_while_one_is_written()
    {
        var sawNext = new List<bool>();
        _world.Store.BeforeWrite = number => sawNext.Add(SpinWait.SpinUntil(() => _world.Source.Asked.Count == Math.Min(number + 2, 4), TimeSpan.FromSeconds(10)));

        await _world.RunAsync(World.Request("AAA", "1h", "2021-06-01", "2024-02-01"));

        Assert.Equal([true, true, true, true], sawNext);
    }

    [Fact]
    public async Task Request_ahead_ends_with_the_write_that_failed()
    {
        var (asked, ended) = (new TaskCompletionSource(), false);
        _world.Source.BeforePageAsync = async (page, cancellation) =>
        {
            if (page.StartMs < World.Ms("2022-01-01"))
                return;
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => ended = true, TaskScheduler.Default);
            cancellation.ThrowIfCancellationRequested();
        };
        _world.Store.BeforeWrite = _ =>
        {
            Assert.True(asked.Task.Wait(TimeSpan.FromSeconds(10)));
            throw new StorageException(StorageErrorKind.Unavailable, "the disk is full");
        };

        var report = await _world.RunAsync(World.Request("AAA", "1h", "2021-06-01", "2024-02-01"));

        Assert.Contains("the disk is full", report.Series[0].Error, StringComparison.Ordinal);
        Assert.True(ended);
        Assert.Equal(2, _world.Source.Asked.Count);
    }

    [Fact]
    public async Task Backfill_asked_again_counts_restatements()
    {
        await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-02-01"));
        var restated = World.Ms("2024-01-15T07:00Z");
        _world.Source.Restated = (_, time) => time == restated ? 1 : 0;

        var report = await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-02-01", again: true));

        Assert.Equal(new WriteResult(0, 1, 743), report.Written);
        Assert.Equal("0 bars inserted, 1 changed, 743 the same", report.Series[0].Summary);
        Assert.Equal("nothing to write: 744 bars are the same as those held", (await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-02-01", again: true))).Series[0].Summary);
    }

    [Fact]
    public async Task Backfill_of_a_wider_range_asks_only_for_what_is_missing()
    {
        await _world.RunAsync(World.Request("AAA", "1m", "2024-01-10", "2024-01-20"));
        _world.Source.Asked.Clear();

        await _world.RunAsync(World.Request("AAA", "1m", "2024-01-05", "2024-02-03"));

        Assert.Equal(
            [World.Range("2024-01-05", "2024-01-10"), World.Range("2024-01-20", "2024-02-01"), World.Range("2024-02-01", "2024-02-03")],
            _world.Source.Asked.Select(a => a.Range));
    }

    [Fact]
    public async Task Backfill_into_the_future_stops_at_the_last_closed_bar_and_goes_on_later()
    {
        var request = World.Request("AAA", "1h", "2024-03-10", "2025-01-01");
        var report = await _world.RunAsync(request);

        Assert.Equal(World.Range("2024-03-10", "2024-03-10T12:00Z"), report.Range);
        Assert.Equal(12, report.Written.Inserted);
        Assert.Equal(World.Ms("2024-03-10T11:00Z"), _world.Store.Bars(World.Series("AAA", "1h")).LastMs);

        _world.Source.NowMs += 3_600_000;
        Assert.Equal(new WriteResult(1, 0, 0), (await _world.RunAsync(request)).Written);
    }

    [Fact]
    public async Task Backfill_of_a_range_not_closed_yet_says_so()
    {
        var report = await _world.RunAsync(World.Request("AAA", "1h", "2024-03-11", "2024-03-12"));

        Assert.False(report.Failed);
        Assert.Equal("nothing to write: no bar of the range is closed yet", report.Series[0].Summary);
    }

    [Fact]
    public async Task Backfill_before_the_listing_remembers_that_there_is_nothing()
    {
        var world = new World { Source = new ModelSource(World.NowMs) { ListedMs = World.Ms("2023-05-05") } };
        await world.RunAsync(World.Request("AAA", "1h", "2021-01-01", "2024-01-01"));
        world.Source.Asked.Clear();

        var report = await world.RunAsync(World.Request("AAA", "1h", "2021-01-01", "2024-01-01"));

        Assert.Empty(world.Source.Asked);
        Assert.Equal(3, report.Series[0].ChunksSkipped);
    }

    [Fact]
    public async Task Backfill_of_a_symbol_without_bars_makes_no_series()
    {
        var world = new World { Source = new ModelSource(World.NowMs) { Has = (_, _) => false } };

        var report = await world.RunAsync(World.Request("TYPO", "1h", "2023-01-01", "2024-01-01"));

        Assert.Equal("nothing to write: no bars came", report.Series[0].Summary);
        Assert.Empty(await world.Store.ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Backfill_behind_a_delisting_remembers_that_there_is_nothing()
    {
        var delisted = World.Ms("2021-06-01");
        var world = new World { Source = new ModelSource(World.NowMs) { Has = (_, time) => time < delisted } };

        await world.RunAsync(World.Request("AAA", "1h", "2021-01-01", "2024-01-01"));

        Assert.Equal([World.Range("2021-01-01", "2024-01-01")], world.Store.Info(World.Series("AAA", "1h"))!.Fetched);
    }

    [Fact]
    public async Task Backfill_with_a_failing_series_finishes_the_others()
    {
        _world.Source.BeforePage = (symbol, _) =>
        {
            if (symbol == "BBB")
                throw new SourceException(SourceErrorKind.UnknownSymbol, "model does not know BBB");
        };

        var report = await _world.RunAsync(World.Request("AAA,BBB,CCC", "1h", "2024-01-01", "2024-02-01"));

        Assert.True(report.Failed);
        Assert.Equal([null, "model:BBB:1h: model does not know BBB", null], report.Series.Select(s => s.Error));
        Assert.Equal(2 * 744, report.Written.Inserted);
    }

    [Fact]
    public async Task Backfill_with_a_source_that_breaks_off_keeps_the_pages_before()
    {
        _world.Source.BeforePage = (_, page) =>
        {
            if (page.StartMs >= World.Ms("2023-01-20"))
                throw new SourceException(SourceErrorKind.Unavailable, "model answered 503");
        };

        var report = await _world.RunAsync(World.Request("AAA", "1h", "2023-01-01", "2024-02-01"));

        Assert.Equal("model:AAA:1h: model answered 503", report.Series[0].Error);
        Assert.Equal(500, report.Written.Inserted);
        Assert.Equal([new TimeRange(World.Ms("2023-01-01"), World.Ms("2023-01-01") + (500 * 3_600_000L))], report.Series[0].Answered);
        _world.Source.BeforePage = (_, _) => { };
        await _world.RunAsync(World.Request("AAA", "1h", "2023-01-01", "2024-02-01"));
        Assert.Equal([World.Range("2023-01-01", "2024-02-01")], _world.Store.Info(World.Series("AAA", "1h"))!.Fetched);
    }

    [Fact]
    public async Task Backfill_with_a_store_that_refuses_names_the_series()
    {
        _world.Store.BeforeWrite = _ => throw new StorageException(StorageErrorKind.SymbolTaken, "AAA belongs to binance");

        var report = await _world.RunAsync(World.Request("AAA", "1h", "2023-01-01", "2024-02-01"));

        Assert.Equal("model:AAA:1h: AAA belongs to binance", report.Series[0].Error);
    }

    [Fact]
    public async Task Backfill_request_with_faults_is_refused_with_all_of_them()
    {
        var request = new BackfillRequest("moon", ["btc", ""], Timeframe.H1, new TimeRange(5, 5));

        var e = await Assert.ThrowsAsync<ArgumentException>(() => _world.RunAsync(request));

        Assert.Equal(
            "source must be one of model, was 'moon'; symbol must be upper case, was 'btc'; symbol must have 1 to 40 characters, was ''; "
            + "start must be before end, both were 1970-01-01T00:00:00.005Z", e.Message);
    }

    [Fact]
    public async Task Backfill_tells_progress_from_zero_to_all_chunks()
    {
        var seen = new List<BackfillProgress>();
        await _world.Backfill.RunAsync(World.Request("AAA", "1h", "2022-01-01", "2024-02-01"), new Direct(seen.Add), TestContext.Current.CancellationToken);

        Assert.Equal([(0, 3), (1, 3), (2, 3), (3, 3)], seen.Select(p => (p.ChunksDone, p.ChunksTotal)));
        Assert.Equal([0, 8_760, 8_760 + 8_760, 8_760 + 8_760 + 744], seen.Select(p => p.Written.Inserted));
    }

    [Fact]
    public async Task Backfill_cancelled_stops_and_keeps_written_chunks()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var progress = new Direct(p =>
        {
            if (p.ChunksDone == 1)
                cancel.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _world.Backfill.RunAsync(World.Request("AAA", "1h", "2022-01-01", "2024-02-01"), progress, cancel.Token));

        Assert.Equal(8_760, _world.Store.Bars(World.Series("AAA", "1h")).Count);
    }

    private sealed class Direct(Action<BackfillProgress> report) : IProgress<BackfillProgress>
    {
        public void Report(BackfillProgress value) => report(value);
    }

    [Fact]
    public async Task Series_that_cannot_be_sealed_is_reported_and_the_others_go_on()
    {
        var world = new World { Sealer = new RefusingSealer("AAA") };

        var report = await world.RunAsync(World.Request("AAA,BBB", "1h", "2024-01-01", "2024-02-01"));

        Assert.Contains("not folded into the lake", report.Series[0].Error, StringComparison.Ordinal);
        Assert.Equal((false, 744L), (report.Series[1].Failed, report.Series[1].Written.Inserted));
    }

    private sealed class RefusingSealer(string symbol) : ISealer
    {
        public Task<int> SealAllAsync(CancellationToken cancellationToken) => Task.FromResult(0);

        public Task<int> SealAsync(Series series, TimeRange within, CancellationToken cancellationToken) => series.Symbol == symbol
            ? throw new BadDataException($"{series} 2024", "a volume of 17 digits", "values of a column that fit together")
            : Task.FromResult(1);
    }
}
