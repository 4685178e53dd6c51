namespace TraderData.Core;

/// <summary>
/// Keeps bars for good. Every write can be repeated: a bar is keyed by series and time, so writing the same bars again changes nothing.
/// All members throw <see cref="StorageException"/> for the outside world's faults and may be called from any thread.
/// </summary>
public interface IBarStore
{
    /// <summary>
    /// Adds bars to a series, and what was asked of the source for them, in one step: after a crash either both are there or
    /// neither is, or the bars are there and the rest is not, and doing it again ends the same.
    /// </summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.SymbolTaken"/>: the symbol belongs to another source.</exception>
    Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken);

    /// <summary>
    /// Reads bars as blocks. Ascending: blocks in order of time. Newest first: the newest block first; within a block bars always ascend.
    /// No block is empty. With a limit, exactly the first (or newest) that many bars are given. A series that is not held gives none.
    /// </summary>
    IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// The values that bars of a series had before they were restated, ordered by the bar's time, then by when they were replaced. Every value that
    /// the store held at some time is a bar of now or one of these.
    /// </summary>
    IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken);

    /// <summary>What is known of a series; null when none of that name is held.</summary>
    Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken);

    /// <summary>The source that a symbol belongs to; null when no series of it is held.</summary>
    Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken);

    /// <summary>Every series that is held, ordered by source, symbol and timeframe.</summary>
    Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>What is written to a series at once.</summary>
/// <param name="Bars">The bars; empty when the source had none in <paramref name="Fetched"/>.</param>
/// <param name="Provenance">Where they come from; kept with the series.</param>
/// <param name="Fetched">The range that was asked of the source in full, so that a time in it without a bar is known to have none; null when not known (imports).</param>
public sealed record BarWrite(BarBlock Bars, Provenance Provenance, TimeRange? Fetched = null)
{
    /// <summary>
    /// True when the source had been asked for all of <see cref="Fetched"/> before: a time in it without a bar is then known to have none. Said by whoever asks,
    /// so that a write can be repeated.
    /// </summary>
    public bool IsSecondAsk { get; init; }

    /// <summary>A range that the source did not answer; null for none. What is in <see cref="Fetched"/> is answered, and no failure any more.</summary>
    public FetchFailure? Failure { get; init; }

    /// <summary>True when there is nothing to write.</summary>
    public bool IsEmpty => Bars.Count == 0 && Fetched is not { IsEmpty: false } && Failure is null;
}

/// <summary>What a write did, in bars.</summary>
/// <param name="Inserted">Bars that were not there.</param>
/// <param name="Changed">Bars that were there with other values: restatements.</param>
/// <param name="Same">Bars that were there with the same values.</param>
public readonly record struct WriteResult(long Inserted, long Changed, long Same)
{
    /// <summary>True when the store is as it was, as far as bars go.</summary>
    public bool WroteNothing => Inserted == 0 && Changed == 0;

    /// <summary>Both together.</summary>
    public static WriteResult operator +(WriteResult left, WriteResult right) =>
        new(left.Inserted + right.Inserted, left.Changed + right.Changed, left.Same + right.Same);
}

/// <summary>Which bars to read.</summary>
/// <param name="Range">Opening times in this range.</param>
/// <param name="NewestFirst">Blocks from the newest back, instead of from the oldest on.</param>
/// <param name="Limit">The most bars to give, 1 or more; null for all.</param>
/// <param name="AsOfMs">
/// Unix milliseconds UTC: the bars as the store held them at that time, which is not in the future; null for as they are now. What is being
/// written while it is asked for may get an earlier time than the question: a time some seconds ago is answered the same for ever.
/// </param>
public readonly record struct BarQuery(TimeRange Range, bool NewestFirst = false, long? Limit = null, long? AsOfMs = null);

/// <summary>A value that a bar had, and has no more.</summary>
/// <param name="Old">The bar as it was.</param>
/// <param name="RecordedMs">When the store got that value, Unix milliseconds UTC; null when that is not known.</param>
/// <param name="ReplacedMs">When the store got another one, Unix milliseconds UTC.</param>
public readonly record struct BarRevision(Bar Old, long? RecordedMs, long ReplacedMs);

/// <summary>A series that is held.</summary>
/// <param name="Series">Its name.</param>
/// <param name="Rows">How many bars. A bar that came to both tiers otherwise than by a seal is counted twice until the next one.</param>
/// <param name="FirstMs">Opening time of the first bar; null when there is no bar.</param>
/// <param name="LastMs">Opening time of the last bar; null when there is no bar.</param>
/// <param name="Provenance">Where the bars come from.</param>
/// <param name="Fetched">The ranges that were asked of the source in full.</param>
public sealed record SeriesInfo(Series Series, long Rows, long? FirstMs, long? LastMs, Provenance Provenance, RangeSet Fetched)
{
    /// <summary>The ranges that were asked of the source in full a second time.</summary>
    public RangeSet Verified { get; init; } = RangeSet.Empty;

    /// <summary>The ranges that the source did not answer when it was asked last.</summary>
    public FailureSet Failures { get; init; } = FailureSet.Empty;
}
