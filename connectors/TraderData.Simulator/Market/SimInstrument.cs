namespace TraderData.Simulator;

/// <summary>Which exchange's market an instrument belongs to.</summary>
internal enum Venue
{
    /// <summary>Binance spot: traded all the time, with halts.</summary>
    Binance,

    /// <summary>Alpaca crypto: traded all the time.</summary>
    AlpacaCrypto,

    /// <summary>Alpaca stocks: New York sessions.</summary>
    AlpacaStock,
}

/// <summary>What the generator has to know of an instrument.</summary>
/// <param name="Symbol">The exchange's symbol.</param>
/// <param name="Venue">Its market.</param>
/// <param name="PriceScale">Digits behind the point of a price: a tick is 10^−scale.</param>
/// <param name="LotScale">Digits behind the point of a volume.</param>
/// <param name="BaseTicks">The price around which the path moves, in ticks, below 2^31.</param>
/// <param name="MeanLots">The usual volume of a minute, in lots.</param>
/// <param name="MeanTrades">The usual number of trades of a minute.</param>
internal sealed record SimInstrument(string Symbol, Venue Venue, int PriceScale, int LotScale, long BaseTicks, long MeanLots, long MeanTrades)
{
    /// <summary>The swing of the shortest octave, in millionths of a doubling.</summary>
    public int Volatility { get; init; } = 700;

    /// <summary>How many of 65,536 minutes have no trade.</summary>
    public int QuietMinutes { get; init; }

    /// <summary>Prices are multiples of this many ticks, apart from the odd one in between.</summary>
    public long Granule { get; init; } = 1;

    /// <summary>The first minute, Unix milliseconds.</summary>
    public long ListedMs { get; init; }

    /// <summary>The first minute that is no more traded, Unix milliseconds; <see cref="long.MaxValue"/> while it is.</summary>
    public long DelistedMs { get; init; } = long.MaxValue;

    /// <summary>What is traded: <c>BTC</c>.</summary>
    public string BaseAsset { get; init; } = "";

    /// <summary>What it is paid in: <c>USDT</c>.</summary>
    public string QuoteAsset { get; init; } = "";

    /// <summary>Which feed's trades these are; it changes volumes and minutes without a trade, and not the path of the price.</summary>
    public string Feed { get; init; } = "";
}
