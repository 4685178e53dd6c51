namespace TraderData.Api;

/// <summary>What chart libraries send. The UDF adapter of TradingView's library adds a currency and a unit where a symbol has them, and some ports the rest of the library's request.</summary>
internal static class UdfParameters
{
    /// <summary>The most bars of one answer.</summary>
    public const int MaxBars = BarParameters.MaxLimit;

    /// <summary>The most symbols of one answer.</summary>
    public const int MaxFound = 1_000;

    public static readonly Parameter Symbol = new("symbol", "The symbol, or EXCHANGE:SYMBOL. Small letters are taken for capital ones.", "BTCUSDT") { IsRequired = true };

    public static readonly Parameter Resolution = new("resolution", $"How long a bar is: {string.Join(' ', UdfResolution.Names)}, or D and W.", "60") { IsRequired = true };

    public static readonly Parameter From = new("from", "Only bars of this time or later, Unix seconds. Without countback it must be there.", "1706731200");

    public static readonly Parameter To = new("to", "Only bars before this time, Unix seconds.", "1706760000") { IsRequired = true };

    public static readonly Parameter Countback = new("countback", $"How many bars, the last ones before to, whatever from says: 1 to {MaxBars}.", "300");

    public static readonly Parameter Query = new("query", "What was typed: a part of the symbol, or of EXCHANGE:SYMBOL. Empty for all.", "BTC");

    public static readonly Parameter Type = new("type", "Only symbols of this class: crypto, stock or unknown. Empty for all.", "crypto");

    public static readonly Parameter Exchange = new("exchange", "Only symbols of this source. Empty for all.", "BINANCE");

    public static readonly Parameter Limit = new("limit", $"The most symbols of the answer, 1 to {MaxFound}; 30 when it is not there.", "30");

    // Nothing is traded here in several currencies or units, so that these change nothing.
    private static readonly Parameter CurrencyCode = new("currencyCode", "Sent by some libraries; not looked at.", Example: null);
    private static readonly Parameter UnitId = CurrencyCode with { Name = "unitId" };
    private static readonly Parameter FirstDataRequest = CurrencyCode with { Name = "firstDataRequest" };

    public static readonly IReadOnlyList<Parameter> OfSymbols = [Symbol, CurrencyCode, UnitId];

    public static readonly IReadOnlyList<Parameter> OfSearch = [Query, Type, Exchange, Limit];

    public static readonly IReadOnlyList<Parameter> OfHistory = [Symbol, Resolution, From, To, Countback, CurrencyCode, UnitId, FirstDataRequest];
}
