using TraderData.Core;

namespace TraderData.Api;

/// <summary>Finds the symbol that a chart library names: what it was given as ticker, or <c>EXCHANGE:SYMBOL</c>, in any case.</summary>
internal static class UdfSymbol
{
    /// <returns>The symbol with its source, or the error.</returns>
    public static async Task<(ApiError? Error, string Source, string Symbol)> FindAsync(IBarStore store, string? text, CancellationToken cancellationToken)
    {
        if (text is null)
            return (ApiError.BadParameter(ErrorCodes.MissingParameter, "symbol", "symbol is required, as in symbol=BTCUSDT"), "", "");
        var symbol = text.ToUpperInvariant();
        if (Series.CheckSymbol(symbol) is { } wrong)
            return (ApiError.BadParameter(ErrorCodes.BadSymbol, "symbol", wrong), "", "");
        if (await store.SourceOfAsync(symbol, cancellationToken) is { } source)
            return (null, source, symbol);

        // A colon may stand in a symbol of its own: only what is not held is taken apart.
        var colon = symbol.IndexOf(':');
        var bare = symbol[(colon + 1)..];
        if (colon > 0 && Series.CheckSymbol(bare) is null
            && await store.SourceOfAsync(bare, cancellationToken) is { } owner && owner.Equals(symbol[..colon], StringComparison.OrdinalIgnoreCase))
        {
            return (null, owner, bare);
        }

        return (HeldSeries.NothingHeld(symbol), "", "");
    }
}
