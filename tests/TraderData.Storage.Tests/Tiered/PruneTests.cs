using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>What leaves the hot tier, and what must not.</summary>
public sealed class PruneTests(PostgresServer server) : IAsyncDisposable
{
    private static readonly long AllMs = TimeText.MaxMs;

    private readonly TestFolder _folder = new();
    private string _database = "";
    private TraderDataStorage? _storage;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TraderDataStorage Storage => _storage!;

    private string PartitionFile => Path.Combine(_folder.Path, "ohlcv/source=import/symbol=KILLUSDT/timeframe=1m/2024-01.parquet");

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Prune_drops_what_is_sealed_and_behind_the_window_and_changes_no_answer()
    {
        await OpenAsync(chunks: 3);
        var before = await ReadAsync();
        await Storage.SealAsync(AllMs, Cancellation);

        Assert.Equal(TierWorker.BarsOfChunk, await Storage.PruneAsync(Ms("2024-02-01"), Cancellation));

        Assert.Equal(2 * TierWorker.BarsOfChunk, await HotRowsAsync());
        Assert.Equal(before, await ReadAsync());
        Assert.Equal(0, await Storage.PruneAsync(Ms("2024-02-01"), Cancellation));
        Assert.Equal(2 * TierWorker.BarsOfChunk, await Storage.PruneAsync(AllMs, Cancellation));
        Assert.Equal(0, await HotRowsAsync());
        Assert.Equal(before, await ReadAsync());
        await using var anew = await TierWorker.OpenAsync(_folder.Path, _database);
        Assert.Equal(before, await ReadAsync(anew.Bars));
    }

    [Fact]
    public async Task Bars_of_both_tiers_are_counted_once()
    {
        await OpenAsync(chunks: 2);
        var all = 2 * TierWorker.BarsOfChunk;
        Assert.Equal(all, await CountAsync());
        await Storage.SealAsync(AllMs, Cancellation);
        Assert.Equal(all, await CountAsync());
        await WriteAsync(Block(2, round: 0).Slice(0, 5));
        Assert.Equal(all + 5, await CountAsync());
        await Storage.PruneAsync(Ms("2024-02-01"), Cancellation);
        Assert.Equal(all + 5, await CountAsync());
        await Storage.SealAsync(AllMs, Cancellation);
        await Storage.PruneAsync(AllMs, Cancellation);
        Assert.Equal((0, all + 5), (await HotRowsAsync(), await CountAsync()));

        async Task<long> CountAsync()
        {
            var counted = (await Storage.Bars.FindAsync(TierWorker.Series, Cancellation))!.Rows;
            Assert.Equal(counted, Assert.Single(await Storage.Bars.ListAsync(Cancellation)).Rows);
            return counted;
        }
    }

    [Fact]
    public async Task Prune_without_a_seal_drops_nothing()
    {
        await OpenAsync(chunks: 2);

        Assert.Equal(0, await Storage.PruneAsync(AllMs, Cancellation));

        Assert.Equal(2 * TierWorker.BarsOfChunk, await HotRowsAsync());
    }

    [Fact]
    public async Task Bar_that_was_restated_since_the_seal_keeps_its_partition_until_it_is_sealed_again()
    {
        await OpenAsync(chunks: 1);
        await Storage.SealAsync(AllMs, Cancellation);
        await WriteAsync(Block(0, round: 5).Slice(7, 1));
        var expected = await ReadAsync();

        Assert.Equal(0, await Storage.PruneAsync(AllMs, Cancellation));
        Assert.Equal(1, await Storage.SealAsync(AllMs, Cancellation));
        Assert.Equal(TierWorker.BarsOfChunk, await Storage.PruneAsync(AllMs, Cancellation));

        Assert.Equal(expected, await ReadAsync());
        Assert.Equal(Block(0, round: 5).At(7).ToString(), expected[7]);
        Assert.Equal([Block(0, round: 0).At(7).ToString()], await RevisionsAsync());
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("damaged")]
    [InlineData("older")]
    public async Task Bars_whose_sealed_file_is_not_as_it_was_stay_in_the_hot_tier(string state)
    {
        await OpenAsync(chunks: 1);
        await Storage.SealAsync(AllMs, Cancellation);
        var older = await File.ReadAllBytesAsync(PartitionFile, Cancellation);
        await WriteAsync(Block(0, round: 3));
        await Storage.SealAsync(AllMs, Cancellation);
        if (state == "gone")
            File.Delete(PartitionFile);
        else
            await File.WriteAllBytesAsync(PartitionFile, state == "older" ? older : [.. older[..100], (byte)(older[100] ^ 1), .. older[101..]], Cancellation);

        if (state == "damaged")
            Assert.Equal(StorageErrorKind.Damaged, (await Assert.ThrowsAsync<StorageException>(() => Storage.PruneAsync(AllMs, Cancellation))).Kind);
        else
            Assert.Equal(0, await Storage.PruneAsync(AllMs, Cancellation));

        Assert.Equal(TierWorker.BarsOfChunk, await HotRowsAsync());
    }

    [Fact]
    public async Task Write_of_what_was_pruned_is_the_same_or_a_restatement_but_not_new()
    {
        await OpenAsync(chunks: 1);
        await Storage.SealAsync(AllMs, Cancellation);
        await Storage.PruneAsync(AllMs, Cancellation);

        Assert.Equal(new WriteResult(0, 0, TierWorker.BarsOfChunk), await WriteAsync(Block(0, round: 0)));
        Assert.Equal(0, await HotRowsAsync());
        Assert.Equal(new WriteResult(0, 3, 0), await WriteAsync(Block(0, round: 9).Slice(10, 3)));
        Assert.Equal(new WriteResult(0, 3, 0), await WriteAsync(Block(0, round: 0).Slice(10, 3)));
        Assert.Equal(3, await HotRowsAsync());
        await Storage.SealAsync(AllMs, Cancellation);
        await Storage.PruneAsync(AllMs, Cancellation);

        Assert.Equal(Text(Block(0, round: 0)), await ReadAsync());
        Assert.Equal(
            Enumerable.Range(10, 3).SelectMany(i => new[] { Block(0, round: 0).At(i).ToString(), Block(0, round: 9).At(i).ToString() }), await RevisionsAsync());
    }

    [Fact]
    public async Task Rebuild_from_the_lake_alone_brings_every_sealed_bar_back_and_keeps_newer_ones()
    {
        await OpenAsync(chunks: 3);
        await Storage.SealAsync(AllMs, Cancellation);
        var first = Block(0, 0);
        var (verified, failed) = (new TimeRange(first.FirstMs, first.FirstMs + 1), new TimeRange(first.FirstMs + 10, first.FirstMs + 30));
        var known = new FetchFailure(new TimeRange(failed.StartMs + 10, failed.EndMs), "no answer", 0, 3);
        var lake = LakeStores.On(new LocalBlobs(_folder.Path));
        await lake.WriteAsync(TierWorker.Series, new BarWrite(BarBlock.Empty, Provenance.Unknown, verified) { IsSecondAsk = true }, Cancellation);
        await lake.WriteAsync(TierWorker.Series, new BarWrite(BarBlock.Empty, Provenance.Unknown) { Failure = new FetchFailure(failed, "no answer", 0, 3) }, Cancellation);
        await using var lost = await TierWorker.OpenAsync(_folder.Path, await server.CreateDatabaseAsync(Cancellation));
        await lost.Bars.WriteAsync(TierWorker.Series, new BarWrite(Block(1, round: 8).Slice(0, 1), Provenance.Unknown, new TimeRange(failed.StartMs, known.Range.StartMs)), Cancellation);
        Assert.Equal([known], (await lost.Bars.FindAsync(TierWorker.Series, Cancellation))!.Failures);

        var rebuilt = new List<RebuiltSeries>();
        await foreach (var series in lost.RebuildHotTierAsync(null, Cancellation))
            rebuilt.Add(series);

        Assert.Equal([new RebuiltSeries(TierWorker.Series, (3 * TierWorker.BarsOfChunk) - 1)], rebuilt);
        var bars = await ReadAsync(new PostgresBarStore(lost.Database!, Microsoft.Extensions.Logging.Abstractions.NullLogger<PostgresBarStore>.Instance));
        Assert.Equal([.. Text(Block(0, 0)), Block(1, 8).At(0).ToString(), .. Text(Block(1, 1)).Skip(1), .. Text(Block(2, 2))], bars);
        var hot = await new PostgresBarStore(lost.Database!, Microsoft.Extensions.Logging.Abstractions.NullLogger<PostgresBarStore>.Instance).FindAsync(TierWorker.Series, Cancellation);
        Assert.Equal((await Storage.Bars.FindAsync(TierWorker.Series, Cancellation))!.Fetched, hot!.Fetched);
        Assert.Equal([verified], hot.Verified);
        Assert.Equal([known], hot.Failures);
    }

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    private static BarBlock Block(int chunk, int round) => TierWorker.Chunk(chunk, round);

    private static List<string> Text(BarBlock block) => [.. Enumerable.Range(0, block.Count).Select(i => block.At(i).ToString())];

    private static async Task<List<string>> ReadAsync(IBarStore store)
    {
        var bars = new List<string>();
        await foreach (var block in store.ReadAsync(TierWorker.Series, new BarQuery(TimeRange.All), Cancellation))
            bars.AddRange(Text(block));
        return bars;
    }

    private Task<List<string>> ReadAsync() => ReadAsync(Storage.Bars);

    private async Task<List<string>> RevisionsAsync()
    {
        var revisions = new List<string>();
        await foreach (var revision in Storage.Bars.ReadRevisionsAsync(TierWorker.Series, TimeRange.All, Cancellation))
            revisions.Add(revision.Old.ToString());
        return revisions;
    }

    private async Task<long> HotRowsAsync()
    {
        await using var command = Storage.Database!.Connections.CreateCommand("SELECT count(*) FROM market.ohlcv");
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private Task<WriteResult> WriteAsync(BarBlock bars) =>
        Storage.Bars.WriteAsync(TierWorker.Series, new BarWrite(bars, Provenance.Unknown, new TimeRange(bars.FirstMs, bars.LastMs + 60_000)), Cancellation);

    private async Task OpenAsync(int chunks)
    {
        _database = await server.CreateDatabaseAsync(Cancellation);
        _storage = await TierWorker.OpenAsync(_folder.Path, _database);
        for (var chunk = 0; chunk < chunks; chunk++)
            await WriteAsync(Block(chunk, round: chunk));
    }
}
