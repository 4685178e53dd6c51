namespace TraderData.Simulator;

/// <summary>What can go wrong with an answer.</summary>
public enum FaultKind
{
    /// <summary>Status <see cref="Fault.Status"/> (500, 502, 503) with a page of HTML.</summary>
    Status,

    /// <summary>No answer at all, until the client goes away.</summary>
    Hang,

    /// <summary>The body ends in its middle, and the headers say that this is all.</summary>
    Truncated,

    /// <summary>The body is no JSON: a bracket closes where none may.</summary>
    MalformedJson,

    /// <summary>Two neighbouring rows are swapped.</summary>
    UnsortedRows,

    /// <summary>A row's low is above its high.</summary>
    RuleBreakingRow,

    /// <summary>A row comes twice.</summary>
    DuplicateRow,

    /// <summary>The body comes in small pieces, with <see cref="Fault.Delay"/> between them.</summary>
    SlowBody,

    /// <summary>The connection breaks in the middle of the body.</summary>
    ConnectionReset,

    /// <summary>429, as if the limit had been passed.</summary>
    TooManyRequests,

    /// <summary>Binance's 418: banned for <see cref="Fault.Delay"/>. Alpaca's wire answers 429, which is all it has.</summary>
    Banned,

    /// <summary>Binance's 451: the region is blocked.</summary>
    RegionBlocked,

    /// <summary>403 with a page of HTML, as a firewall answers.</summary>
    FirewallHtml,

    /// <summary>200, with a page of HTML: a captive portal, or a maintenance page.</summary>
    HtmlPage,

    /// <summary>The bar that still forms looks closed. Binance: its close time has passed. Alpaca: the minute is there before its end.</summary>
    LyingFormingBar,

    /// <summary>The checksum of a file of Binance's archive is that of another file.</summary>
    WrongChecksum,

    /// <summary>A file of the archive begins with a line of column names, as some do.</summary>
    HeaderLine,

    /// <summary>A row of a file of the archive comes twice: first as it was when it had only begun, then final.</summary>
    HalfDoneRow,

    /// <summary>A row of a file of the archive opens between two times of the grid.</summary>
    OffGridRow,

    /// <summary>A file of the archive is not there, although its time has come.</summary>
    NotPublished,

    /// <summary>A stream's connection breaks instead of a message.</summary>
    StreamDrop,

    /// <summary>A message of a stream comes twice.</summary>
    StreamDuplicate,

    /// <summary>A message of a stream comes <see cref="Fault.Delay"/> later, behind others.</summary>
    StreamLate,

    /// <summary>A message of a stream does not come.</summary>
    StreamLost,

    /// <summary>A message of a stream is cut off in its middle.</summary>
    StreamMalformed,

    /// <summary>From a message on nothing comes over a stream's connection, which stays open.</summary>
    StreamSilence,
}

/// <summary>A fault to give to requests that come.</summary>
/// <param name="Kind">What goes wrong.</param>
public sealed record Fault(FaultKind Kind)
{
    /// <summary>Only requests whose path and query, unescaped, contain this text; null for all.</summary>
    public string? Contains { get; init; }

    /// <summary>How many requests get it; null for all that come.</summary>
    public int? Count { get; init; } = 1;

    /// <summary>How many of a hundred requests get it, by a chance that the seed decides.</summary>
    public int Percent { get; init; } = 100;

    /// <summary>The status of <see cref="FaultKind.Status"/>.</summary>
    public int Status { get; init; } = 500;

    /// <summary>The pause between the pieces of a slow body; how long a ban lasts.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Seconds in the <c>Retry-After</c> of a Binance 429 or 418; null for what the wire itself would say.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>
    /// True when a file of the archive can be spoilt so: its checksum is then that of the spoilt file, but for <see cref="FaultKind.WrongChecksum"/>.
    /// </summary>
    internal bool SpoilsArchive => IsForArchive || Kind is FaultKind.DuplicateRow or FaultKind.RuleBreakingRow or FaultKind.Truncated;

    /// <summary>True when only files of the archive can have it.</summary>
    internal bool IsForArchive => Kind is FaultKind.WrongChecksum or FaultKind.HeaderLine or FaultKind.HalfDoneRow or FaultKind.OffGridRow
        or FaultKind.NotPublished;

    /// <summary>
    /// True when only messages of streams can have it. For these, <see cref="Contains"/> looks at <c>/stream btcusdt@kline_1m closed</c>, <c>… forming</c>,
    /// <c>/v2/iex AAPL b</c> or <c>/v2/iex AAPL u</c>. What stands for an answer may be given to a connection that is asked for.
    /// </summary>
    internal bool IsForStream => Kind is FaultKind.StreamDrop or FaultKind.StreamDuplicate or FaultKind.StreamLate or FaultKind.StreamLost
        or FaultKind.StreamMalformed or FaultKind.StreamSilence;

    /// <summary>True when a network can do it to any answer.</summary>
    internal bool IsOfTheNetwork => Kind is FaultKind.SlowBody or FaultKind.ConnectionReset;

    /// <summary>True when nothing of the real answer is sent.</summary>
    internal bool StandsForAnswer => Kind is FaultKind.Status or FaultKind.Hang or FaultKind.TooManyRequests or FaultKind.Banned
        or FaultKind.RegionBlocked or FaultKind.FirewallHtml;

    /// <summary>True when the answer has what the fault would spoil.</summary>
    internal bool Suits(WireAnswer answer) => Kind switch
    {
        _ when StandsForAnswer || IsForArchive || IsForStream || Kind == FaultKind.LyingFormingBar => false,
        FaultKind.UnsortedRows => answer.Rows.Count >= 2,
        FaultKind.RuleBreakingRow or FaultKind.DuplicateRow => answer.Rows.Count >= 1,
        _ => answer.Status == 200 && answer.Body.WrittenCount > 2,
    };
}
