using System.Globalization;
using TraderData.Core;

namespace TraderData.Cli;

/// <summary>Causes as a line of text.</summary>
internal static class CauseText
{
    /// <summary>The causes that there are, the most urgent first: <c>fetch_failed 60, pending 1,440</c>; empty when no bar is absent.</summary>
    public static string Of(CauseCounts causes)
    {
        (GapCause Cause, long Bars)[] all =
        [
            (GapCause.FetchFailed, causes.FetchFailed), (GapCause.Pending, causes.Pending), (GapCause.SourceMissing, causes.SourceMissing),
            (GapCause.NoTrade, causes.NoTrade), (GapCause.SessionClosed, causes.SessionClosed),
        ];
        return string.Join(", ", all.Where(c => c.Bars > 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{GapCauses.NameOf(c.Cause)} {c.Bars:N0}")));
    }
}
