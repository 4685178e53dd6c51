using System.Globalization;

namespace TraderData.Core;

/// <summary>Why bars are not there, the least urgent first.</summary>
public enum GapCause
{
    /// <summary><c>session_closed</c>: nothing is traded then, so no bar is missing.</summary>
    SessionClosed,

    /// <summary><c>not_listed</c>: crypto before its first bar, where its source was asked; or anything that its source lists no more. No bar is missing.</summary>
    NotListed,

    /// <summary><c>halted</c>: the source was asked twice, and was seen not to trade it then, so no bar is missing.</summary>
    Halted,

    /// <summary><c>no_trade</c>: a stock, within a session, and its source was asked twice: there was no trade, so no bar is missing.</summary>
    NoTrade,

    /// <summary><c>source_missing</c>: the source was asked twice and has none.</summary>
    SourceMissing,

    /// <summary><c>pending</c>: the source was never asked, or once; repair asks it again.</summary>
    Pending,

    /// <summary><c>fetch_failed</c>: the source was asked last and did not give an answer that can be used; repair asks it again.</summary>
    FetchFailed,
}

/// <summary>How many bars are not there for each cause; exact, however many gaps are listed.</summary>
/// <param name="FetchFailed">Of <see cref="GapCause.FetchFailed"/>.</param>
/// <param name="Pending">Of <see cref="GapCause.Pending"/>.</param>
/// <param name="SourceMissing">Of <see cref="GapCause.SourceMissing"/>.</param>
/// <param name="NoTrade">Of <see cref="GapCause.NoTrade"/>.</param>
/// <param name="SessionClosed">Of <see cref="GapCause.SessionClosed"/>.</param>
/// <param name="Halted">Of <see cref="GapCause.Halted"/>.</param>
/// <param name="NotListed">Of <see cref="GapCause.NotListed"/>.</param>
public readonly record struct CauseCounts(
    long FetchFailed, long Pending, long SourceMissing, long NoTrade, long SessionClosed, long Halted = 0, long NotListed = 0)
{
    /// <summary>How many bars are missing: not those of times without trade.</summary>
    public long Missing => FetchFailed + Pending + SourceMissing;

    /// <summary>The counts by cause, the most urgent first.</summary>
    public IReadOnlyList<(GapCause Cause, long Bars)> All =>
    [
        (GapCause.FetchFailed, FetchFailed), (GapCause.Pending, Pending), (GapCause.SourceMissing, SourceMissing), (GapCause.NoTrade, NoTrade),
        (GapCause.Halted, Halted), (GapCause.NotListed, NotListed), (GapCause.SessionClosed, SessionClosed),
    ];

    /// <summary>Both together.</summary>
    public static CauseCounts operator +(CauseCounts left, CauseCounts right) => new(
        left.FetchFailed + right.FetchFailed,
        left.Pending + right.Pending,
        left.SourceMissing + right.SourceMissing,
        left.NoTrade + right.NoTrade,
        left.SessionClosed + right.SessionClosed,
        left.Halted + right.Halted,
        left.NotListed + right.NotListed);

    /// <summary>The causes that there are, the most urgent first: <c>fetch_failed 60, pending 1,440</c>; empty when every bar is there.</summary>
    public override string ToString() =>
        string.Join(", ", All.Where(c => c.Bars > 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{GapCauses.NameOf(c.Cause)} {c.Bars:N0}")));

    /// <summary>These and more of one cause.</summary>
    public CauseCounts With(GapCause cause, long bars) => cause switch
    {
        GapCause.FetchFailed => this with { FetchFailed = FetchFailed + bars },
        GapCause.Pending => this with { Pending = Pending + bars },
        GapCause.SourceMissing => this with { SourceMissing = SourceMissing + bars },
        GapCause.NoTrade => this with { NoTrade = NoTrade + bars },
        GapCause.Halted => this with { Halted = Halted + bars },
        GapCause.NotListed => this with { NotListed = NotListed + bars },
        _ => this with { SessionClosed = SessionClosed + bars },
    };
}

/// <summary>The causes as they are written everywhere.</summary>
public static class GapCauses
{
    /// <summary>The name in JSON and on screens: <c>fetch_failed</c>.</summary>
    public static string NameOf(GapCause cause) => cause switch
    {
        GapCause.FetchFailed => "fetch_failed",
        GapCause.Pending => "pending",
        GapCause.SourceMissing => "source_missing",
        GapCause.NoTrade => "no_trade",
        GapCause.Halted => "halted",
        GapCause.NotListed => "not_listed",
        _ => "session_closed",
    };
}
