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
            ["bar_ts TIMESTAMP WITH TIME ZONE", "open DECIMAL(18,2)", "high DECIMAL(18,2)", "low DECIMAL(18,2)", "close DECIMAL(18,2)", "volume DECIMAL(18,0)", "trades BIGINT"],
            rows.Select(r => $"{r[0]} {r[1]}").Take(7));
    }

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
