namespace TraderData.Jobs.Tests;

public sealed class WatchListTests
{
    [Fact]
    public void WatchList_of_good_entries_has_every_series_once()
    {
        var list = WatchList.Parse(["binance:BTCUSDT@1m,1h, 1d", "alpaca:BTC/USD@1m", "binance:BTCUSDT@1h"], out var errors);

        Assert.Empty(errors);
        Assert.Equal(["binance:BTCUSDT@1m", "binance:BTCUSDT@1h", "binance:BTCUSDT@1d", "alpaca:BTC/USD@1m"], list.Entries.Select(e => e.ToString()));
        Assert.Equal([("binance", "1m"), ("binance", "1h"), ("binance", "1d"), ("alpaca", "1m")], list.Keys.Select(k => (k.Source, k.Timeframe.ToString())));
    }

    [Fact]
    public void WatchList_takes_patterns_and_several_symbols_in_an_entry()
    {
        var list = WatchList.Parse(["binance:*USDT, *@1m", "alpaca:SPY,QQQ@1d", "binance:1000*@1h"], out var errors);

        Assert.Empty(errors);
        Assert.Equal(["binance:*USDT@1m", "binance:*@1m", "alpaca:SPY@1d", "alpaca:QQQ@1d", "binance:1000*@1h"], list.Entries.Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("*USDT", "BTCUSDT", true)]
    [InlineData("*USDT", "USDT", true)]
    [InlineData("*USDT", "BTCUSDC", false)]
    [InlineData("B*C*T", "BTCUSDT", true)]
    [InlineData("BTC/*", "BTC/USD", true)]
    [InlineData("BTC*", "ETHBTC", false)]
    [InlineData("*", "币安", true)]
    public void Pattern_stands_for_symbols(string pattern, string symbol, bool matches) => Assert.Equal(matches, new SymbolPattern(pattern).Matches(symbol));

    [Fact]
    public void WatchList_with_faults_tells_all_of_them_at_once()
    {
        WatchList.Parse(["BTCUSDT", "Binance:btc@1m", "binance:ETHUSDT@2m,", "alpaca:AAPL@1m", "binance:AAPL@1m", "binance:*usdt,,A?@1m"], out var errors);

        Assert.Equal(
            [
                "watch list: an entry must be like binance:BTCUSDT@1m,1h or binance:*USDT@1m, was 'BTCUSDT'",
                "watch list: source must be 1 to 20 of a-z, 0-9, _ and -, was 'Binance' in 'Binance:btc@1m'",
                "watch list: symbol must be upper case, was 'btc' in 'Binance:btc@1m'",
                "watch list: timeframe must be one of 1m 5m 15m 30m 1h 4h 1d 1w, was '2m' in 'binance:ETHUSDT@2m,'",
                "watch list: timeframe must be one of 1m 5m 15m 30m 1h 4h 1d 1w, was '' in 'binance:ETHUSDT@2m,'",
                "watch list: symbol must be upper case, was 'Ausdt' in 'binance:*usdt,,A?@1m'",
                "watch list: symbol must have 1 to 40 characters, was '' in 'binance:*usdt,,A?@1m'",
                "watch list: symbol must be letters and digits, with . / - _ : = between them, was 'A?' in 'binance:*usdt,,A?@1m'",
                "watch list: a symbol belongs to one source, but AAPL stands there for alpaca and binance",
            ],
            errors);
    }

    [Fact]
    public void WatchList_of_a_source_that_is_not_there_is_found_wrong()
    {
        var list = WatchList.Parse(["moon:AAA@1m", "model:BBB@1m"], out _);

        Assert.Equal(["watch list: source must be one of model, was 'moon'"], list.Check([new World().Source]));
    }
}
