using TraderData.Core;

namespace TraderData.Cli;

/// <summary>Finds the series that a command line names by symbol and timeframe.</summary>
internal static class HeldSeries
{
    /// <summary>The series of a symbol, whatever its source.</summary>
    /// <exception cref="MisuseException">It is not held; the message tells what is held of the symbol.</exception>
    public static async Task<SeriesInfo> FindAsync(IBarStore store, string symbol, Timeframe timeframe, CancellationToken cancellationToken)
    {
        if (await store.SourceOfAsync(symbol, cancellationToken).ConfigureAwait(false) is not { } source)
            throw NothingHeld(symbol);
        if (await store.FindAsync(new Series(source, symbol, timeframe), cancellationToken).ConfigureAwait(false) is { } info)
            return info;
        var held = await HeldTimeframes.OfAsync(store, source, symbol, cancellationToken).ConfigureAwait(false);
        throw held.Count == 0
            ? NothingHeld(symbol)
            : new MisuseException($"{source}:{symbol} is not held as {timeframe}, but as {string.Join(", ", held)}");
    }

    private static MisuseException NothingHeld(string symbol) => new($"no series of {symbol} is held. See what is: trader-data series");
}
