namespace TraderData.Core;

/// <summary>One bar on its way from a wire into a <see cref="BarBlock"/>. Bars at rest live in columns.</summary>
/// <param name="TimeMs">Opening time, Unix milliseconds UTC.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Base volume; null when the writer did not say.</param>
/// <param name="Vwap">Volume-weighted average price; null when the source gives none.</param>
/// <param name="Trades">Number of trades; null when the source gives none.</param>
public readonly record struct Bar(
    long TimeMs,
    ScaledDecimal Open,
    ScaledDecimal High,
    ScaledDecimal Low,
    ScaledDecimal Close,
    ScaledDecimal? Volume,
    ScaledDecimal? Vwap = null,
    long? Trades = null);
