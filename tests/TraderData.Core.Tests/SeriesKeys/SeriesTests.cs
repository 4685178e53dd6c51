namespace TraderData.Core.Tests;

public sealed class SeriesTests
{
    [Theory]
    [InlineData("binance", "BTCUSDT")]
    [InlineData("alpaca", "BTC/USD")]
    [InlineData("import", "BRK.B")]
    [InlineData("import", "1000SATSUSDT")]
    [InlineData("my-own_source2", "币安人生USDT")]
    [InlineData("x", "ES=F")]
    public void Name_is_kept_and_written(string source, string symbol) =>
        Assert.Equal($"{source}:{symbol}:1h", new Series(source, symbol, Timeframe.H1).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("Binance")]
    [InlineData("bin ance")]
    [InlineData("bin/ance")]
    [InlineData("..")]
    [InlineData("twenty-one-characters")]
    [InlineData("bïnance")]
    public void Source_that_is_no_name_is_refused(string source)
    {
        var e = Assert.Throws<ArgumentException>(() => new Series(source, "BTCUSDT", Timeframe.H1));
        Assert.Contains($"'{source}'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("btcusdt")]
    [InlineData("BTC USDT")]
    [InlineData("BTC\nUSDT")]
    [InlineData("../BTC")]
    [InlineData("/BTC")]
    [InlineData("BTC'")]
    [InlineData("BTC%2FUSD")]
    [InlineData("BTC\\USD")]
    [InlineData("BTC\0")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNO")]
    public void Symbol_that_is_no_name_is_refused(string symbol)
    {
        var e = Assert.Throws<ArgumentException>(() => new Series("binance", symbol, Timeframe.H1));
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain('\0', e.Message);
    }

    [Fact]
    public void Long_texts_are_cut_in_messages()
    {
        Assert.True(Series.CheckSymbol(new string('A', 100_000))!.Length < 200);
        Assert.True(Series.CheckSource(new string('A', 100_000))!.Length < 200);
        Assert.True(new BadDataException("x", "y", "z", new string('A', 100_000)).Message.Length < 1_200);
    }

    [Fact]
    public void Series_of_the_same_name_are_equal()
    {
        Assert.Equal(new Series("a", "B", Timeframe.Parse("60m")), new Series("a", "B", Timeframe.H1));
        Assert.NotEqual(new Series("a", "B", Timeframe.M1), new Series("a", "B", Timeframe.H1));
    }
}
