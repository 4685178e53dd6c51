using TraderData.Core;

namespace TraderData.Cli;

/// <summary>Finds the series that a command line names by symbol and timeframe.</summary>
internal static class HeldSeries
{
    /// <summary>How the series of a symbol can be read, whatever its source: as it is held, or made of a finer one.</summary>
    /// <exception cref="MisuseException">It is not held, nor any that it can be made of; the message tells what is held of the symbol.</exception>
    public static async Task<SeriesReading> FindAsync(
        IBarStore store, string symbol, Timeframe timeframe, long? asOfMs, CancellationToken cancellationToken)
    {
        if (await store.SourceOfAsync(symbol, cancellationToken).ConfigureAwait(false) is not { } source)
            throw NothingHeld(symbol);
        if (await SeriesReader.FindAsync(store, new Series(source, symbol, timeframe), asOfMs, cancellationToken).ConfigureAwait(false) is { } reading)
            return reading;
        var held = await HeldTimeframes.OfAsync(store, source, symbol, cancellationToken).ConfigureAwait(false);
        throw held.Count == 0
            ? NothingHeld(symbol)
            : new MisuseException($"{source}:{symbol} is held as {string.Join(", ", held)}, of which {timeframe} cannot be made");
    }

    private static MisuseException NothingHeld(string symbol) => new($"no series of {symbol} is held. See what is: trader-data series");
}
