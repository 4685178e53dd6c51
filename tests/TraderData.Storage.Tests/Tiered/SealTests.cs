using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>Sealing with real Postgres as the hot tier.</summary>
public sealed class SealTests(PostgresServer server, DuckDb duckDb) : IAsyncDisposable
{
    private const long MinuteMs = 60_000;

    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly long Start = Ms("2024-01-31T23:00:00Z");

    private readonly TestFolder _folder = new();
    private readonly List<TraderDataStorage> _open = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in _open)
            await storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Seal_folds_partitions_that_are_over_and_no_others()
    {
        var storage = await OpenAsync();
        var provenance = new Provenance(AssetClass.Crypto);
        var fetched = new TimeRange(Start, Start + (180 * MinuteMs));
        await storage.Bars.WriteAsync(Bitcoin, new BarWrite(Minutes(0, 180), provenance, fetched), Cancellation);
        var verified = new TimeRange(Start + MinuteMs, fetched.EndMs);
        await storage.Bars.WriteAsync(Bitcoin, new BarWrite(BarBlock.Empty, provenance, verified) { IsSecondAsk = true }, Cancellation);

        Assert.Equal(1, await storage.SealAsync(Ms("2024-02-15T00:00:00Z"), Cancellation));

        var lake = LakeStores.On(new LocalBlobs(_folder.Path));
        var sealedInfo = await lake.FindAsync(Bitcoin, Cancellation);
        Assert.Equal((60, Start, Start + (59 * MinuteMs)), (sealedInfo!.Rows, sealedInfo.FirstMs, sealedInfo.LastMs));
        Assert.Equal(provenance, sealedInfo.Provenance);
        Assert.Equal([new TimeRange(Start, Ms("2024-02-01T00:00:00Z"))], sealedInfo.Fetched);
        Assert.Equal([new TimeRange(verified.StartMs, Ms("2024-02-01T00:00:00Z"))], sealedInfo.Verified);
        Assert.Equal(Text(Minutes(0, 180)), await ReadAsync(storage.Bars, new BarQuery(TimeRange.All)));
        Assert.Equal([fetched], (await storage.Bars.FindAsync(Bitcoin, Cancellation))!.Fetched);
    }

    [Fact]
    public async Task Seal_repeated_writes_nothing_and_a_restatement_is_folded_in()
    {
        var storage = await OpenAsync();
        await storage.Bars.WriteAsync(Bitcoin, new BarWrite(Minutes(0, 180), Provenance.Unknown), Cancellation);
        var closed = Ms("2024-03-01T00:00:00Z");

        Assert.Equal(2, await storage.SealAsync(closed, Cancellation));
        var before = await new LocalBlobs(_folder.Path).ListAsync("", Cancellation);
        Assert.Equal(0, await storage.SealAsync(closed, Cancellation));
        Assert.Equal(before, await new LocalBlobs(_folder.Path).ListAsync("", Cancellation));

        await storage.Bars.WriteAsync(Bitcoin, new BarWrite(Minutes(10, 5, bump: 1), Provenance.Unknown), Cancellation);
        Assert.Equal(1, await storage.SealAsync(closed, Cancellation));
        Assert.Equal(await ReadAsync(storage.Bars, new BarQuery(TimeRange.All)), await ReadAsync(LakeStores.On(new LocalBlobs(_folder.Path)), new BarQuery(TimeRange.All)));
    }

    [Fact]
    public async Task Seal_of_all_goes_on_behind_a_series_that_cannot_be_sealed()
    {
        var storage = await OpenAsync();
        var (damaged, sound) = (new Series("binance", "AAA", Timeframe.M1), new Series("binance", "BBB", Timeframe.M1));
        foreach (var series in (Series[])[damaged, sound])
            await storage.Bars.WriteAsync(series, new BarWrite(Minutes(0, 10), Provenance.Unknown), Cancellation);
        await storage.SealAsync(Ms("2024-02-15T00:00:00Z"), Cancellation);
        foreach (var series in (Series[])[damaged, sound])
            await storage.Bars.WriteAsync(series, new BarWrite(Minutes(10, 10), Provenance.Unknown), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "ohlcv/source=binance/symbol=AAA/timeframe=1m/2024-01.parquet"), "no Parquet", Cancellation);

        var refusal = await Assert.ThrowsAsync<StorageException>(() => storage.SealAsync(Ms("2024-02-15T00:00:00Z"), Cancellation));

        Assert.Equal(StorageErrorKind.Damaged, refusal.Kind);
        Assert.Contains("binance:AAA:1m", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(20, (await LakeStores.On(new LocalBlobs(_folder.Path)).FindAsync(sound, Cancellation))!.Rows);
    }

    [Fact]
    public async Task Sealed_files_hold_what_a_lake_written_without_a_hot_tier_holds()
    {
        var storage = await OpenAsync();
        using var alone = new TestFolder();
        using var aloneBlobs = new LocalBlobs(alone.Path);
        var write = new BarWrite(Minutes(0, 180), new Provenance(AssetClass.Crypto), new TimeRange(Start, Start + (180 * MinuteMs)));
        await LakeStores.On(aloneBlobs).WriteAsync(Bitcoin, write, Cancellation);

        await storage.Bars.WriteAsync(Bitcoin, write, Cancellation);
        await storage.SealAsync(Ms("2024-03-01T00:00:00Z"), Cancellation);

        Assert.Equal(LakeStores.ContentOf(alone.Path), LakeStores.ContentOf(_folder.Path));
    }

    [Fact]
    public async Task Read_lays_hot_bars_over_sealed_ones_in_either_order_and_with_any_limit()
    {
        var storage = await OpenAsync();
        await using var lakeAlone = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder.Path }, NullLoggerFactory.Instance);
        await lakeAlone.Bars.WriteAsync(Bitcoin, new BarWrite(Minutes(0, 100), Provenance.Unknown), Cancellation);
        await storage.Bars.WriteAsync(Bitcoin, new BarWrite(Minutes(40, 10, bump: 1), Provenance.Unknown), Cancellation);
        await storage.Bars.WriteAsync(Bitcoin, new BarWrite(Minutes(95, 50), Provenance.Unknown), Cancellation);
        List<string> expected = [.. Text(Minutes(0, 40)), .. Text(Minutes(40, 10, bump: 1)), .. Text(Minutes(50, 95))];

        foreach (var limit in (long?[])[null, 1, 7, 46, 60, 100, 1_000])
        {
            Assert.Equal(expected.Take((int)(limit ?? 1_000)), await ReadAsync(storage.Bars, new BarQuery(TimeRange.All, false, limit)));
            Assert.Equal(expected.TakeLast((int)(limit ?? 1_000)), await ReadAsync(storage.Bars, new BarQuery(TimeRange.All, true, limit)));
        }
    }

    [Fact]
    public async Task Symbol_that_only_the_lake_holds_keeps_its_source()
    {
        var storage = await OpenAsync();
        await using var lakeAlone = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder.Path }, NullLoggerFactory.Instance);
        await lakeAlone.Bars.WriteAsync(new Series("import", "BTCUSDT", Timeframe.M1), new BarWrite(Minutes(0, 10), Provenance.Unknown), Cancellation);

        var refusal = await Assert.ThrowsAsync<StorageException>(() => storage.Bars.WriteAsync(Bitcoin, new BarWrite(Minutes(0, 10), Provenance.Unknown), Cancellation));

        Assert.Equal(StorageErrorKind.SymbolTaken, refusal.Kind);
        Assert.Equal("import", await storage.Bars.SourceOfAsync("BTCUSDT", Cancellation));
        Assert.Equal("import:BTCUSDT:1m", Assert.Single(await storage.Bars.ListAsync(Cancellation)).Series.ToString());
    }

    [Fact]
    public async Task Recorded_rows_keep_their_digits_through_Postgres_and_sealing_to_DuckDB()
    {
        var storage = await OpenAsync();
        foreach (var group in Recording.All.Where(r => r.Timeframe != "1m").GroupBy(r => (r.Symbol, r.Timeframe)))
        {
            var series = new Series("binance", group.Key.Symbol, Timeframe.Parse(group.Key.Timeframe));
            var rows = group.SelectMany(r => Recording.Read(r.File)).OrderBy(r => r.TimeMs).DistinctBy(r => r.TimeMs).ToList();
            await storage.Bars.WriteAsync(series, new BarWrite(Recording.Block(rows), Provenance.Unknown), Cancellation);
            await storage.SealAsync(Ms("2030-01-01T00:00:00Z"), Cancellation);

            var read = await duckDb.QueryAsync(
                $"""
                SELECT bar_ts, open::varchar, high::varchar, low::varchar, close::varchar, volume::varchar, trades
                FROM read_parquet('{_folder.Path}/ohlcv/source=binance/symbol={series.Symbol}/timeframe={series.Timeframe}/*.parquet', union_by_name = true) ORDER BY bar_ts
                """, Cancellation);

            Assert.Equal(rows.Select(row => row.ToString()), read.Select(row => string.Join(' ', [row[0], .. row[1..6].Select(d => RecordedRow.Trim(d!)), row[6] ?? ""])));
        }
    }

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    private static BarBlock Minutes(int first, int count, long bump = 0)
    {
        var builder = new BarBlockBuilder("test");
        for (var i = first; i < first + count; i++)
        {
            var price = new ScaledDecimal(4_215_050 + (i * 7 % 100) + bump, 2);
            builder.Add(new Bar(Start + (i * MinuteMs), price, price, price, price, new ScaledDecimal(i, 3), null, i));
        }

        return builder.Build();
    }

    private static List<string> Text(BarBlock block) => [.. Enumerable.Range(0, block.Count).Select(i => block.At(i).ToString())];

    private static async Task<List<string>> ReadAsync(IBarStore store, BarQuery query)
    {
        var blocks = new List<BarBlock>();
        await foreach (var block in store.ReadAsync(Bitcoin, query, Cancellation))
            blocks.Add(block);
        if (query.NewestFirst)
            blocks.Reverse();
        return [.. blocks.SelectMany(Text)];
    }

    private async Task<TraderDataStorage> OpenAsync()
    {
        var options = new StorageOptions { DataDirectory = _folder.Path, DatabaseUrl = await server.CreateDatabaseAsync(Cancellation) };
        var storage = TraderDataStorage.Open(options, NullLoggerFactory.Instance);
        _open.Add(storage);
        await storage.MigrateAsync(Cancellation);
        return storage;
    }
}
