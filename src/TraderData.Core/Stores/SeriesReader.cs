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
    public static Task<SeriesReading?> FindAsync(IBarStore store, Series series, CancellationToken cancellationToken) =>
        FindAsync(store, series, asOfMs: null, cancellationToken);

    /// <summary>
    /// Finds out how a series could be read at a time: only what had bars then counts, so that what is stored later does not change the answer.
    /// </summary>
    /// <param name="store">Where the bars are.</param>
    /// <param name="series">The series.</param>
    /// <param name="asOfMs">Unix milliseconds UTC; null for now.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>As of now; when nothing had bars then, what there is now.</returns>
    /// <exception cref="StorageException">The store cannot be asked.</exception>
    public static async Task<SeriesReading?> FindAsync(IBarStore store, Series series, long? asOfMs, CancellationToken cancellationToken)
    {
        SeriesReading? empty = null;
        foreach (var timeframe in Timeframe.Standard.Reverse().Where(t => t != series.Timeframe && t.Divides(series.Timeframe)).Prepend(series.Timeframe))
        {
            if (await store.FindAsync(new Series(series.Source, series.Symbol, timeframe), cancellationToken).ConfigureAwait(false) is not { } info)
                continue;
            var reading = new SeriesReading(series, info);
            if (asOfMs is null && !reading.IsResampled)
                return reading;
            if (await LastAsync(store, reading, asOfMs, cancellationToken).ConfigureAwait(false) is not null)
                return reading;
            empty ??= reading;
        }

        return empty;
    }

    /// <summary>The reading with what is known of the instrument's listing, which tells why bars are not there.</summary>
    /// <exception cref="StorageException">The book cannot be read.</exception>
    public static async Task<SeriesReading> WithListingAsync(SeriesReading reading, IInstrumentBook book, CancellationToken cancellationToken)
    {
        var listed = await book.ReadAsync(reading.Series.Source, cancellationToken).ConfigureAwait(false);
        return listed.FirstOrDefault(i => i.Instrument.Symbol == reading.Series.Symbol) is { } instrument ? reading with { Listing = ListingTimes.Of(instrument) } : reading;
    }

    /// <summary>
    /// Reads bars as <see cref="IBarStore.ReadAsync"/> gives them, of a series that is held or made; a range is one of opening times, and each made bar in
    /// it is made of all its fine bars, also those behind the range's end. A limit counts made bars, and bounds what is read for them.
    /// </summary>
    /// <param name="store">Where the bars are.</param>
    /// <param name="reading">What <c>FindAsync</c> found.</param>
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

    /// <summary>The opening times of the first and the last bar of the series that is read, Unix milliseconds UTC; null when it has none.</summary>
    /// <param name="store">Where the bars are.</param>
    /// <param name="reading">What <c>FindAsync</c> found.</param>
    /// <param name="asOfMs">What the store held at that time, Unix milliseconds UTC; null for when the series was found.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="StorageException">The store failed.</exception>
    public static async Task<(long FirstMs, long LastMs)?> SpanAsync(IBarStore store, SeriesReading reading, long? asOfMs, CancellationToken cancellationToken)
    {
        if (asOfMs is null)
            return reading.Held is { FirstMs: { } firstHeld, LastMs: { } lastHeld } ? (firstHeld, lastHeld) : null;
        var query = new BarQuery(TimeRange.All, Limit: 1, AsOfMs: asOfMs);
        var first = await OneAsync(store, reading, query, cancellationToken).ConfigureAwait(false);
        var last = await LastAsync(store, reading, asOfMs, cancellationToken).ConfigureAwait(false);
        return first is { } firstMs && last is { } lastMs ? (firstMs, lastMs) : null;
    }

    /// <summary>The opening time of the last bar of the series that is read; null when it has none.</summary>
    internal static Task<long?> LastAsync(IBarStore store, SeriesReading reading, long? asOfMs, CancellationToken cancellationToken) => asOfMs is null
        ? Task.FromResult(reading.Held.LastMs)
        : OneAsync(store, reading, new BarQuery(TimeRange.All, NewestFirst: true, Limit: 1, asOfMs), cancellationToken);

    private static async Task<long?> OneAsync(IBarStore store, SeriesReading reading, BarQuery query, CancellationToken cancellationToken)
    {
        await foreach (var block in store.ReadAsync(reading.Held.Series, query, cancellationToken).ConfigureAwait(false))
            return block.FirstMs;
        return null;
    }
}
