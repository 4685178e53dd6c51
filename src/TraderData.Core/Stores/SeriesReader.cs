namespace TraderData.Core;

/// <summary>
/// Reads series of any timeframe: those that are held as they are, others made of the coarsest held one that divides them. Made bars are those that
/// <see cref="BarResampler"/> gives for the whole of the finer series, wherever a range begins or ends.
/// </summary>
/// <remarks>
/// A made bar is given once nothing more is to come for it: when its end is not behind the end of the newest fine bar that is held (at the time of
/// <see cref="BarQuery.AsOfMs"/>, when there is one). The bar that is still forming is left out, as it is of a series that is held. No clock is
/// asked, so that the same store and the same time give the same bars for ever; a last bar without its last trade waits for the next one.
/// </remarks>
public static class SeriesReader
{
    /// <summary>Finds out how a series can be read.</summary>
    /// <returns>
    /// The series as it is held; else the coarsest held standard timeframe that divides it, one with bars before one without; null when there is none.
    /// </returns>
    /// <exception cref="StorageException">The store cannot be asked.</exception>
    public static async Task<SeriesReading?> FindAsync(IBarStore store, Series series, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(series, cancellationToken).ConfigureAwait(false) is { } same)
            return new SeriesReading(series, same);
        SeriesReading? empty = null;
        foreach (var timeframe in Timeframe.Standard.Reverse())
        {
            if (timeframe == series.Timeframe || !timeframe.Divides(series.Timeframe))
                continue;
            var info = await store.FindAsync(new Series(series.Source, series.Symbol, timeframe), cancellationToken).ConfigureAwait(false);
            if (info?.LastMs is not null)
                return new SeriesReading(series, info);
            if (info is not null)
                empty ??= new SeriesReading(series, info);
        }

        return empty;
    }

    /// <summary>
    /// Reads bars as <see cref="IBarStore.ReadAsync"/> gives them, of a series that is held or made; a range is one of opening times, and each made bar in
    /// it is made of all its fine bars, also those behind the range's end. A limit counts made bars, and bounds what is read for them.
    /// </summary>
    /// <param name="store">Where the bars are.</param>
    /// <param name="reading">What <see cref="FindAsync"/> found.</param>
    /// <param name="query">Which bars.</param>
    /// <param name="completeOnly">
    /// True to leave out made bars that lack fine ones: for crypto and imports any time of the fine grid, for stocks only those that were never asked of
    /// the source, by what is known of that now. Changes nothing for a series that is held.
    /// </param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="BadDataException">A sum does not fit in 18 digits.</exception>
    /// <exception cref="StorageException">The store failed.</exception>
    public static IAsyncEnumerable<BarBlock> ReadAsync(
        IBarStore store, SeriesReading reading, BarQuery query, bool completeOnly, CancellationToken cancellationToken) =>
        reading.IsResampled
            ? new ResampledRead(store, reading, completeOnly).ReadAsync(query, cancellationToken)
            : store.ReadAsync(reading.Series, query, cancellationToken);
}
