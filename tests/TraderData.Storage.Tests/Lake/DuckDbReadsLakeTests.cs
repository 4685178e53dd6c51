using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class DuckDbReadsLakeTests(DuckDb duckDb) : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("BTCUSDT")]
    [InlineData("BTC/USD")]
    [InlineData("BRK.B")]
    [InlineData("A:B=C-D_E")]
    [InlineData("币安人生USDT")]
    public async Task Folder_names_of_any_symbol_are_decoded(string symbol)
    {
        await WriteAsync(new Series("alpaca", symbol, Timeframe.H1), Bar("2024-01-01T00:00:00Z", "42150.5"));

        var rows = await duckDb.QueryAsync(
            $"SELECT source, symbol, timeframe, bar_ts, open FROM read_parquet('{_folder.Path}/ohlcv/*/*/*/*.parquet', hive_partitioning = true)", Cancellation);

        Assert.Equal((string?[])["alpaca", symbol, "1h", "2024-01-01T00:00:00Z", "42150.5"], Assert.Single(rows));
    }

    [Fact]
    public async Task Partitions_of_other_scales_and_columns_read_as_one_table_by_name()
    {
        var series = new Series("binance", "PEPEUSDT", Timeframe.M1);
        await WriteAsync(series, Bar("2024-01-01T00:00:00Z", "123456789.5"));
        await WriteAsync(series, Bar("2024-02-01T00:00:00Z", "0.00000001") with { Vwap = new ScaledDecimal(15, 10), Trades = 7 });

        var rows = await duckDb.QueryAsync(
            $"SELECT bar_ts, open, vwap, trades, volume FROM read_parquet('{_folder.Path}/ohlcv/**/*.parquet', union_by_name = true) ORDER BY bar_ts", Cancellation);

        Assert.Equal((string?[])["2024-01-01T00:00:00Z", "123456789.50000000", null, null, null], rows[0]);
        Assert.Equal((string?[])["2024-02-01T00:00:00Z", "0.00000001", "0.0000000015", "7", null], rows[1]);
    }

    [Fact]
    public async Task Columns_have_the_types_that_the_design_gives()
    {
        await WriteAsync(new Series("binance", "BTCUSDT", Timeframe.M1), Bar("2024-01-01T00:00:00Z", "1.25") with { Volume = new ScaledDecimal(3, 0), Trades = 1 });

        var rows = await duckDb.QueryAsync($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{_folder.Path}/ohlcv/*/*/*/2024-01.parquet')", Cancellation);

        Assert.Equal(
            ["bar_ts TIMESTAMP WITH TIME ZONE", "open DECIMAL(18,2)", "high DECIMAL(18,2)", "low DECIMAL(18,2)", "close DECIMAL(18,2)", "volume DECIMAL(18,0)", "trades BIGINT", "updated_at TIMESTAMP WITH TIME ZONE"],
            rows.Select(r => $"{r[0]} {r[1]}").Take(8));
    }

    [Fact]
    public async Task Whole_lake_is_one_table_of_exact_decimals_and_former_values_another()
    {
        var clock = new TestClock();
        using var blobs = new LocalBlobs(_folder.Path);
        var store = LakeStores.On(blobs, time: clock);
        var expected = new List<string>();
        var former = new List<string>();
        Series[] all = [new("binance", "BTCUSDT", Timeframe.M1), new("binance", "PEPEUSDT", Timeframe.H1), new("alpaca", "BTC/USD", Timeframe.D1), new("import", "X", Timeframe.W1)];
        foreach (var (index, series) in all.Index())
        {
            // Prices of each series, and of each of its two partitions, in other digits; whole numbers and 8 digits behind the point.
            Bar[] bars = [.. Enumerable.Range(0, 40).Select(i => BarAt(series, index, i, 0))];
            await store.WriteAsync(series, new BarWrite(ModelWrite.BlockOf(bars), Provenance.Unknown), Cancellation);
            clock.NowMs += 1_000;
            Bar[] restated = [.. Enumerable.Range(0, 40).Where(i => i % 9 == 0).Select(i => BarAt(series, index, i, 1))];
            await store.WriteAsync(series, new BarWrite(ModelWrite.BlockOf(restated), Provenance.Unknown), Cancellation);
            await foreach (var block in store.ReadAsync(series, new BarQuery(TimeRange.All), Cancellation))
                expected.AddRange(Enumerable.Range(0, block.Count).Select(i => Text(series, block.At(i))));
            await foreach (var revision in store.ReadRevisionsAsync(series, TimeRange.All, Cancellation))
                former.Add($"{Text(series, revision.Old)} {revision.RecordedMs} {revision.ReplacedMs}");
        }

        const string columns = "source, symbol, timeframe, epoch_ms(bar_ts)::bigint, open, high, low, close, volume, vwap, trades";
        var rows = await duckDb.QueryAsync(
            $"SELECT {columns} FROM read_parquet('{_folder.Path}/ohlcv/**/*.parquet', hive_partitioning=true, union_by_name=true)", Cancellation);
        var old = await duckDb.QueryAsync(
            $"""
            SELECT {columns}, epoch_ms(recorded_at)::bigint, epoch_ms(replaced_at)::bigint
            FROM read_parquet('{_folder.Path}/ohlcv/**/*.revisions', hive_partitioning=true, union_by_name=true)
            """, Cancellation);

        Assert.Equal(160, rows.Count);
        Assert.Equal(expected.Order(StringComparer.Ordinal), rows.Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal(20, old.Count);
        Assert.Equal(former.Order(StringComparer.Ordinal), old.Select(row => $"{Text(row)} {row[11]} {row[12]}").Order(StringComparer.Ordinal));
    }

    private static Bar BarAt(Series series, int index, int i, int bump)
    {
        // Over the end of a partition in any timeframe: 2029 ends a month, a year and a decade.
        var endMs = series.Timeframe.Floor(1_893_456_000_000);
        var scale = i < 20 ? index * 2 : 8 - (index * 2);
        ScaledDecimal Value(long n) => new((n * 7_919) + bump + 1, scale);
        return new Bar(
            endMs + ((i - 20) * series.Timeframe.DurationMs), Value(i + 10), Value(i + 30), Value(i), Value(i + 20), i % 4 == 0 ? null : Value(i),
            i % 3 == 0 ? Value(i + 5) : null, i % 5 == 0 ? i : null);
    }

    private static string Text(Series series, Bar bar) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{series.Source} {series.Symbol} {series.Timeframe} {bar.TimeMs} {bar.Open} {bar.High} {bar.Low} {bar.Close} {bar.Volume} {bar.Vwap} {bar.Trades}");

    private static string Text(string?[] row) =>
        string.Join(' ', [.. row[..4], .. row[4..10].Select(digits => digits is null ? null : RecordedRow.Trim(digits)), row[10]]);

    private static Bar Bar(string time, string price)
    {
        Assert.True(TimeText.TryParse(time, out var timeMs));
        Assert.Equal(DecimalParse.Ok, Utf8Decimal.Parse(System.Text.Encoding.UTF8.GetBytes(price), out var value));
        return new Bar(timeMs, value, value, value, value, null);
    }

    private async Task WriteAsync(Series series, Bar bar)
    {
        using var blobs = new LocalBlobs(_folder.Path);
        var builder = new BarBlockBuilder("test");
        builder.Add(bar);
        await LakeStores.On(blobs).WriteAsync(series, new BarWrite(builder.Build(), Provenance.Unknown), Cancellation);
    }
}
