using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// A place that bars come from. Every connector keeps the same promises, which one list of conformance tests holds:
/// bars ascend, are closed by the source's own clock, keep every digit of the wire, and meet <see cref="BarRules"/>.
/// </summary>
public interface IMarketDataSource
{
    /// <summary>The source's name in a <see cref="Series"/>: <c>binance</c>.</summary>
    string Name { get; }

    /// <summary>The timeframes it serves, shortest first.</summary>
    IReadOnlyList<Timeframe> Timeframes { get; }

    /// <summary>What asking it for bars costs.</summary>
    SourceCosts Costs { get; }

    /// <summary>How long after its close a bar is provisional, and not fetched; at most half an hour.</summary>
    TimeSpan Settlement => TimeSpan.Zero;

    /// <summary>Files of whole past days and months that it offers as well; null when it has none, or is not to use them.</summary>
    IBarArchive? Archive => null;

    /// <summary>Where its bars of a symbol come from: asset class, feed and adjustment. Decided from the symbol and the settings, without a call.</summary>
    Provenance ProvenanceOf(string symbol);

    /// <summary>The same source, whose requests go before those of backfills, or behind live ones. A source itself asks as backfills do.</summary>
    IMarketDataSource With(RequestPriority priority) => this;

    /// <summary>The source's clock, Unix milliseconds UTC; never ahead of it. A reading may be carried on for a while instead of asking again.</summary>
    /// <exception cref="SourceException">The source could not be asked.</exception>
    Task<long> GetTimeAsync(CancellationToken cancellationToken);

    /// <summary>What can be had from the source.</summary>
    /// <exception cref="SourceException">The source could not be asked, or refuses.</exception>
    IAsyncEnumerable<Instrument> ListInstrumentsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Fetches the closed bars of a range, oldest first. The pages' <see cref="BarPage.Answered"/> ranges follow each other without a hole from the
    /// range's start; together they end at the range's end, or where bars are not closed yet.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="symbol"/> cannot name a series; nothing is asked.</exception>
    /// <exception cref="SourceException">
    /// The source could not be asked, refuses, does not know the symbol (where it tells that from a symbol without bars), or does not serve the timeframe.
    /// </exception>
    /// <exception cref="BadDataException">A page is malformed, unsorted or breaks a rule; it is refused whole. Pages before it are good.</exception>
    IAsyncEnumerable<BarPage> FetchBarsAsync(string symbol, Timeframe timeframe, TimeRange range, CancellationToken cancellationToken);
}

/// <summary>A part of an answer.</summary>
/// <param name="Bars">Closed bars, all of them opening within <paramref name="Answered"/>; may be empty.</param>
/// <param name="Answered">The range in which <paramref name="Bars"/> is everything that the source has.</param>
public sealed record BarPage(BarBlock Bars, TimeRange Answered);
