namespace TraderData.Core;

/// <summary>Tells what is held of a symbol, for the answer to somebody who asked for something else.</summary>
public static class HeldTimeframes
{
    /// <summary>The standard timeframes in which a store holds a symbol of a source, shortest first; empty when none.</summary>
    /// <exception cref="StorageException">The store cannot be asked.</exception>
    public static async Task<IReadOnlyList<Timeframe>> OfAsync(IBarStore store, string source, string symbol, CancellationToken cancellationToken)
    {
        // Not by listing: that may count every bar of the store, and a mistyped timeframe is nothing to do that for.
        var held = new List<Timeframe>();
        foreach (var timeframe in Timeframe.Standard)
        {
            if (await store.FindAsync(new Series(source, symbol, timeframe), cancellationToken).ConfigureAwait(false) is not null)
                held.Add(timeframe);
        }

        return held;
    }
}
