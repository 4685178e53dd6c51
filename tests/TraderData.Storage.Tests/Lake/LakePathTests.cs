using TraderData.Core;

namespace TraderData.Storage.Tests;

public sealed class LakePathTests
{
    [Theory]
    [InlineData("1m", "2026-11-21T10:58:00Z", "2026-11", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("5m", "2024-02-29T23:55:00Z", "2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("30m", "2023-12-31T23:30:00Z", "2023-12", "2023-12-01T00:00:00Z", "2024-01-01T00:00:00Z")]
    [InlineData("1h", "2024-01-01T00:00:00Z", "2024", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")]
    [InlineData("4h", "1969-12-31T20:00:00Z", "1969", "1969-01-01T00:00:00Z", "1970-01-01T00:00:00Z")]
    [InlineData("1d", "2029-12-31T00:00:00Z", "2020s", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z")]
    [InlineData("1w", "1969-12-29T00:00:00Z", "1960s", "1960-01-01T00:00:00Z", "1970-01-01T00:00:00Z")]
    [InlineData("1d", "0001-01-01T00:00:00Z", "0000s", "0001-01-01T00:00:00Z", "0010-01-01T00:00:00Z")]
    public void Partition_of_a_time_has_its_name_and_range(string timeframe, string time, string name, string start, string end)
    {
        var partition = Partition.At(Timeframe.Parse(timeframe), Ms(time));

        Assert.Equal(new Partition(name, new TimeRange(Ms(start), Ms(end))), partition);
        Assert.Equal(partition, Partition.TryParse(Timeframe.Parse(timeframe), name));
    }

    [Fact]
    public void Partition_of_the_last_times_reaches_the_end_of_the_calendar()
    {
        foreach (var timeframe in Timeframe.Standard)
            Assert.True(Partition.At(timeframe, TimeText.MaxMs).Range.Contains(TimeText.MaxMs));
    }

    [Theory]
    [InlineData("1m", "2024")]
    [InlineData("1m", "2024-13")]
    [InlineData("1m", "2024-00")]
    [InlineData("1m", "2024-1")]
    [InlineData("1m", "2024-01x")]
    [InlineData("1m", "2024_01")]
    [InlineData("1h", "2024-01")]
    [InlineData("1h", "20240")]
    [InlineData("1d", "2024s")]
    [InlineData("1d", "2020")]
    [InlineData("1d", "")]
    public void Name_that_is_no_partition_of_the_timeframe_is_none(string timeframe, string name) =>
        Assert.Null(Partition.TryParse(Timeframe.Parse(timeframe), name));

    [Theory]
    [InlineData("2h")]
    [InlineData("3d")]
    [InlineData("3m")]
    public async Task Write_of_another_timeframe_is_refused_naming_those_that_are_stored(string timeframe)
    {
        using var folder = new TestFolder();
        using var blobs = new LocalBlobs(folder.Path);
        var series = new Series("import", "X", Timeframe.Parse(timeframe));

        var refusal = await Assert.ThrowsAsync<ArgumentException>(
            () => LakeStores.On(blobs).WriteAsync(series, new BarWrite(BarBlock.Empty, Provenance.Unknown, new TimeRange(0, 1)), TestContext.Current.CancellationToken));

        Assert.Contains("1m 5m 15m 30m 1h 4h 1d 1w", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(timeframe, refusal.Message, StringComparison.Ordinal);
        Assert.Null(await LakeStores.On(blobs).FindAsync(series, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("BTCUSDT", "BTCUSDT")]
    [InlineData("BRK.B", "BRK.B")]
    [InlineData("BTC/USD", "BTC%2FUSD")]
    [InlineData("A:B=C-D_E", "A%3AB%3DC-D_E")]
    [InlineData("币安人生USDT", "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT")]
    public void Symbol_is_encoded_and_decoded(string symbol, string encoded)
    {
        Assert.Equal(encoded, SymbolText.Encode(symbol));
        Assert.Equal(symbol, SymbolText.TryDecode(encoded));
        var series = new Series("binance", symbol, Timeframe.M1);
        Assert.True(LakePath.TryParse($"ohlcv/source=binance/symbol={encoded}/timeframe=1m/2026-11.parquet", out var parsed, out var file));
        Assert.Equal((series, "2026-11.parquet"), (parsed, file));
        Assert.Equal($"ohlcv/source=binance/symbol={encoded}/timeframe=1m/2026-11.parquet", LakePath.Blob(series, Partition.At(Timeframe.M1, Ms("2026-11-21"))));
    }

    [Theory]
    [InlineData("%2f")]
    [InlineData("%41")]
    [InlineData("BTC/USD")]
    [InlineData("%FF")]
    [InlineData("btc")]
    public void Text_that_no_symbol_is_encoded_as_is_none(string text) => Assert.Null(SymbolText.TryDecode(text));

    [Theory]
    [InlineData("ohlcv/x.parquet")]
    [InlineData("ohlcv/source=binance/symbol=BTCUSDT/timeframe=1m/a/2026-11.parquet")]
    [InlineData("ohlcv/source=Binance/symbol=BTCUSDT/timeframe=1m/2026-11.parquet")]
    [InlineData("ohlcv/source=binance/symbol=btc/timeframe=1m/2026-11.parquet")]
    [InlineData("ohlcv/source=binance/symbol=BTCUSDT/timeframe=60m/2026.parquet")]
    [InlineData("ohlcv/source=binance/symbol=BTCUSDT/timeframe=2h/2026.parquet")]
    [InlineData("exports/source=binance/symbol=BTCUSDT/timeframe=1m/2026-11.parquet")]
    public void Name_that_is_not_the_lakes_own_is_none(string blob) => Assert.False(LakePath.TryParse(blob, out _, out _));

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);
}
