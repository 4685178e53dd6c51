using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// The series that the watch list stands for now: patterns are looked up in what their source lists, and what it trades no more is left out with a note
/// in the log. Sources are asked again after an hour. Safe for any thread.
/// </summary>
public sealed class WatchedSeries
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    // Exchanges do not delist half of what they trade within an hour.
    private const int LeastShare = 2;

    private readonly SourceList _sources;
    private readonly CurrentWatchList _watchList;
    private readonly IInstrumentBook _book;
    private readonly TimeProvider _time;
    private readonly ILogger<WatchedSeries> _logger;
    private readonly ConcurrentDictionary<string, Listing> _listings = new(StringComparer.Ordinal);

    // What was said once; until it changes it is not said again.
    private readonly ConcurrentDictionary<(string Source, string Name), long> _noted = new();

    /// <summary>Makes it.</summary>
    /// <param name="sources">The sources that the watch list may name.</param>
    /// <param name="watchList">What is watched.</param>
    /// <param name="book">What sources listed before.</param>
    /// <param name="time">Tells the age of a list.</param>
    /// <param name="logger">Hears of what is left out.</param>
    public WatchedSeries(
        IEnumerable<IMarketDataSource> sources, CurrentWatchList watchList, IInstrumentBook book, TimeProvider time, ILogger<WatchedSeries> logger) =>
        (_sources, _watchList, _book, _time, _logger) = (new SourceList(sources), watchList, book, time, logger);

    /// <summary>The series of one source and timeframe, each once: those of one entry behind those of the one before, by symbol.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="timeframe">The timeframe.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">There is no such source.</exception>
    /// <exception cref="SourceException">The source could not be asked, and it is not known what a pattern stands for.</exception>
    /// <exception cref="BadDataException">The source's list is malformed, and it is not known what a pattern stands for.</exception>
    /// <exception cref="StorageException">What it listed before cannot be read or kept.</exception>
    public async Task<IReadOnlyList<Series>> OfAsync(string source, Timeframe timeframe, CancellationToken cancellationToken)
    {
        var from = _sources.Find(source) ?? throw new ArgumentException(_sources.Unknown(source));
        WatchEntry[] entries = [.. _watchList.Value.Entries.Where(e => e.Source == source && e.Timeframe == timeframe)];
        var listed = await ListedAsync(from, mustBeKnown: Array.Exists(entries, e => !e.Symbols.IsExact), cancellationToken).ConfigureAwait(false);
        return [.. entries.SelectMany(entry => Symbols(entry, listed)).Distinct(StringComparer.Ordinal).Select(symbol => new Series(source, symbol, timeframe))];
    }

    private string[] Symbols(WatchEntry entry, IReadOnlyDictionary<string, ListedInstrument> listed)
    {
        if (entry.Symbols.IsExact)
        {
            // Not every source lists all that it serves.
            if (!listed.TryGetValue(entry.Symbols.Text, out var instrument) || instrument.Instrument.IsTrading)
                return [entry.Symbols.Text];
            NoteLeftOut(instrument);
            return [];
        }

        string[] symbols = [.. listed.Values.Where(i => i.Instrument.IsTrading && entry.Symbols.Matches(i.Instrument.Symbol)).Select(i => i.Instrument.Symbol)];
        foreach (var former in listed.Values.Where(i => !i.Instrument.IsTrading && i.Changes.Count > 1 && entry.Symbols.Matches(i.Instrument.Symbol)))
            NoteLeftOut(former);
        if (symbols.Length == 0 && IsNews((entry.Source, entry.ToString()), 0))
            _logger.MatchesNothing(entry, entry.Source);
        return symbols;
    }

    private void NoteLeftOut(ListedInstrument listed)
    {
        var (source, symbol, last) = (listed.Instrument.Source, listed.Instrument.Symbol, listed.Changes[^1]);
        if (IsNews((source, symbol), last.AtMs))
            _logger.LeftOut(source, symbol, TimeText.Iso(last.AtMs), last.What);
    }

    private bool IsNews((string Source, string Name) key, long atMs)
    {
        if (_noted.TryGetValue(key, out var before) && before == atMs)
            return false;
        _noted[key] = atMs;
        return true;
    }

    private async Task<IReadOnlyDictionary<string, ListedInstrument>> ListedAsync(IMarketDataSource source, bool mustBeKnown, CancellationToken cancellationToken)
    {
        if (_listings.TryGetValue(source.Name, out var kept) && _time.GetElapsedTime(kept.ReadAt) < MaxAge)
            return kept.Instruments;
        var readAt = _time.GetTimestamp();
        IReadOnlyList<ListedInstrument> listed;
        try
        {
            var now = new List<Instrument>();
            await foreach (var instrument in source.ListInstrumentsAsync(cancellationToken).ConfigureAwait(false))
                now.Add(instrument);
            RequireWhole(source.Name, now, await _book.ReadAsync(source.Name, cancellationToken).ConfigureAwait(false));
            listed = await _book.UpdateAsync(source.Name, now, _time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SourceException or BadDataException)
        {
            // Asked again at the next run.
            listed = await _book.ReadAsync(source.Name, cancellationToken).ConfigureAwait(false);
            if (listed.Count == 0 && mustBeKnown)
                throw;
            _logger.ListNotRead(source.Name, e.Message);
            return Index(listed);
        }

        var listing = new Listing(Index(listed), readAt);
        _listings[source.Name] = listing;
        return listing.Instruments;
    }

    // A list that was cut short would end the ingest of all that it lacks.
    private static void RequireWhole(string source, List<Instrument> now, IReadOnlyList<ListedInstrument> before)
    {
        var trading = before.Count(i => i.Instrument.IsTrading);
        if (now.Count(i => i.IsTrading) < trading / LeastShare)
            throw new BadDataException($"what {source} lists", $"{now.Count(i => i.IsTrading)} instruments that trade", $"about the {trading} of before");
    }

    private static SortedDictionary<string, ListedInstrument> Index(IEnumerable<ListedInstrument> listed)
    {
        var index = new SortedDictionary<string, ListedInstrument>(StringComparer.Ordinal);
        foreach (var instrument in listed)
            index[instrument.Instrument.Symbol] = instrument;
        return index;
    }

    private sealed record Listing(IReadOnlyDictionary<string, ListedInstrument> Instruments, long ReadAt);
}
