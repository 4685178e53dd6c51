using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>The instruments that the generated market lists.</summary>
internal sealed class InstrumentCatalog(bool acceptAnySymbol, int morePairs)
{
    private static readonly string[] QuoteAssets = ["USDT", "USDC", "FDUSD", "BUSD", "BTC", "ETH", "BNB", "TRY", "EUR", "USD"];

    private static readonly SimInstrument[] BinancePairs =
    [
        Pair("BTC", "USDT", 2, 5, 6_000_000, 1_400_000, 1_000, "2017-08-17T04:00:00Z"),
        Pair("ETH", "USDT", 2, 4, 250_000, 2_080_000, 800, "2017-08-17T04:00:00Z"),
        Pair("BNB", "USDT", 2, 3, 60_000, 100_000, 200, "2017-11-06T03:54:00Z"),
        Pair("LTC", "USDT", 2, 3, 9_000, 200_000, 60, "2017-12-13T03:32:00Z"),
        Pair("ADA", "USDT", 4, 1, 5_000, 1_200_000, 150, "2018-04-17T04:00:00Z"),
        Pair("XRP", "USDT", 4, 1, 6_000, 1_500_000, 250, "2018-05-04T08:11:00Z"),
        Pair("LINK", "USDT", 2, 2, 1_500, 150_000, 90, "2019-01-16T10:00:00Z"),
        Pair("DOGE", "USDT", 5, 0, 12_000, 600_000, 250, "2019-07-05T12:00:00Z"),
        Pair("SOL", "USDT", 2, 3, 15_000, 2_000_000, 500, "2020-08-11T06:00:00Z"),
        Pair("AVAX", "USDT", 2, 2, 3_000, 180_000, 100, "2020-09-22T06:30:00Z"),
        Pair("1000SATS", "USDT", 7, 0, 2_500, 700_000_000, 60, "2023-12-12T08:00:00Z"),
        Pair("币安人生", "USDT", 4, 1, 1_500, 400_000, 40, "2025-10-09T09:00:00Z"),
        Pair("LTC", "BTC", 6, 2, 1_500, 900, 8, "2017-07-14T04:00:00Z") with { QuietMinutes = 3_300 },
        Pair("BCC", "USDT", 2, 5, 50_000, 300_000, 20, "2017-11-20T08:00:00Z") with { QuietMinutes = 1_300, DelistedMs = Ms("2018-11-15T03:00:00Z") },
    ];

    private static readonly SimInstrument[] Coins =
    [
        Coin("BTC", 3, 8, 60_000_000, 2_000_000, 6),
        Coin("ETH", 3, 8, 2_500_000, 30_000_000, 6),
        Coin("SOL", 4, 8, 1_500_000, 900_000_000, 5),
        Coin("LTC", 4, 7, 900_000, 60_000_000, 2),
        Coin("AVAX", 4, 7, 300_000, 90_000_000, 2),
        Coin("LINK", 4, 7, 150_000, 90_000_000, 2),
        Coin("DOGE", 6, 6, 120_000, 900_000_000, 3),
        Coin("SHIB", 9, 2, 20_000, 9_000_000_000, 2),
        Coin("PEPE", 10, 2, 9_000, 90_000_000_000, 2),
    ];

    private static readonly SimInstrument[] Stocks =
    [
        Stock("SPY", 500, 150_000), Stock("QQQ", 420, 100_000), Stock("IWM", 200, 70_000), Stock("AAPL", 190, 140_000), Stock("MSFT", 400, 55_000),
        Stock("NVDA", 120, 600_000), Stock("AMZN", 180, 100_000), Stock("GOOGL", 160, 70_000), Stock("META", 480, 40_000), Stock("TSLA", 240, 230_000),
        Stock("AMD", 150, 130_000), Stock("NIO", 6, 100_000), Stock("PBJ", 46, 60),
    ];

    private readonly Dictionary<string, SimInstrument> _binance = BinancePairs.Concat(Enumerable.Range(1, morePairs).Select(More)).ToDictionary(i => i.Symbol);
    private readonly Dictionary<string, SimInstrument> _coins = Coins.ToDictionary(i => i.Symbol);
    private readonly Dictionary<string, SimInstrument> _stocks = Stocks.ToDictionary(i => i.Symbol);

    /// <summary>What Binance's exchangeInfo lists.</summary>
    public IEnumerable<SimInstrument> Binance => _binance.Values;

    /// <summary>What Alpaca's list of assets has.</summary>
    public static IReadOnlyList<SimInstrument> Alpaca => [.. Stocks, .. Coins];

    /// <summary>Finds an instrument; null when the market does not know the symbol.</summary>
    /// <param name="venue">The market.</param>
    /// <param name="symbol">The symbol, as its exchange writes it.</param>
    /// <param name="feed">Stocks: <c>iex</c> or <c>sip</c>; else ignored.</param>
    public SimInstrument? Find(Venue venue, string symbol, string feed = "")
    {
        var listed = (venue switch { Venue.Binance => _binance, Venue.AlpacaCrypto => _coins, _ => _stocks }).GetValueOrDefault(symbol);
        if (listed is null && acceptAnySymbol && Series.CheckSymbol(symbol) is null && symbol.Contains('/', StringComparison.Ordinal) == (venue == Venue.AlpacaCrypto))
            listed = Invent(venue, symbol);
        return listed is null || venue != Venue.AlpacaStock || feed == "sip" ? listed : Iex(listed);
    }

    private static SimInstrument Invent(Venue venue, string symbol)
    {
        if (venue == Venue.AlpacaStock)
            return Stock(symbol, 100, 2_000);
        if (venue == Venue.AlpacaCrypto)
            return Coin(symbol.Split('/')[0], 4, 7, 100_000, 50_000_000, 2) with { Symbol = symbol };
        var quote = Array.Find(QuoteAssets, q => symbol.Length > q.Length && symbol.EndsWith(q, StringComparison.Ordinal)) ?? "";
        return Pair(symbol[..^quote.Length], quote, 4, 2, 10_000, 500_000, 50, "2020-01-01T00:00:00Z");
    }

    private static SimInstrument More(int number) => Invent(Venue.Binance, $"SIM{number}USDT");

    // One exchange of many sees about a thirtieth of the trades, and misses minutes: AAPL had 320 of 390 on a recorded day.
    private static SimInstrument Iex(SimInstrument stock) => stock with
    {
        Feed = "iex",
        MeanLots = Math.Max(1, stock.MeanLots / 30),
        MeanTrades = Math.Max(1, stock.MeanTrades / 30),
        QuietMinutes = Math.Max(11_700, stock.QuietMinutes),
    };

    private static SimInstrument Pair(string asset, string quote, int priceScale, int lotScale, long ticks, long lots, long trades, string listed) =>
        new(asset + quote, Venue.Binance, priceScale, lotScale, ticks, lots, trades)
        {
            BaseAsset = asset,
            QuoteAsset = quote,
            ListedMs = Ms(listed),
            QuietMinutes = trades < 100 ? 330 : 20,
        };

    private static SimInstrument Coin(string asset, int priceScale, int lotScale, long ticks, long lots, long trades) =>
        new(asset + "/USD", Venue.AlpacaCrypto, priceScale, lotScale, ticks, lots, trades)
        {
            BaseAsset = asset,
            QuoteAsset = "USD",
            ListedMs = Ms("2021-01-01T06:00:00Z"),
            QuietMinutes = 16_000,
        };

    private static SimInstrument Stock(string symbol, long dollars, long shares) =>
        new(symbol, Venue.AlpacaStock, 4, 0, dollars * 10_000, shares, Math.Max(1, shares / 100))
        {
            QuoteAsset = "USD",
            Feed = "sip",
            Granule = 100,
            Volatility = 400,
            ListedMs = Ms("2016-01-04T05:00:00Z"),
            QuietMinutes = shares < 1_000 ? 39_000 : 150,
        };

    private static long Ms(string time) => TimeText.TryParse(time, out var ms) ? ms : throw new FormatException($"'{time}' is no time");
}
