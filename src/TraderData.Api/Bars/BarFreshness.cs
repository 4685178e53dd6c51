using System.Globalization;

namespace TraderData.Api;

/// <summary>How long an answer may be kept by whoever carries it (RFC 9111).</summary>
internal static class BarFreshness
{
    // A restatement changes the past, so that a day is the longest that a cache may be wrong.
    private const string Day = "public, max-age=86400";

    private const string ForEver = "public, max-age=31536000, immutable";

    // Sources correct their last bars and send late ones for some minutes; ingest comes after them.
    private const long SettledMs = 3_600_000;

    // What was being written while as_of passed has been written by then.
    private const long WrittenMs = 60_000;

    /// <summary>The value of <c>Cache-Control</c>.</summary>
    /// <param name="pages">What the answer gives; all of one query.</param>
    /// <param name="nowMs">The time now.</param>
    public static string Of(IReadOnlyList<BarPage> pages, long nowMs)
    {
        var request = pages[0].Request;

        // Of what timeframe a bar is made changes with what is held, whatever was held then.
        if (request.AsOfMs <= nowMs - WrittenMs && pages.All(p => p.MadeOf is null))
            return ForEver;
        if (pages.All(page => IsPast(page, nowMs)))
            return Day;
        var timeframe = request.Timeframe;
        var seconds = (timeframe.Floor(nowMs) + timeframe.DurationMs - nowMs) / 1_000;
        return string.Create(CultureInfo.InvariantCulture, $"public, max-age={Math.Clamp(seconds, 1, 5)}");
    }

    // A range of which nothing is held may be filled at any time.
    private static bool IsPast(BarPage page, long nowMs)
    {
        if (page.Count == 0)
            return false;
        var request = page.Request;
        var lastMs = page.HasMore && !request.NewestFirst ? page.LastMs : request.Rest.EndMs - 1;
        return lastMs < nowMs && request.Timeframe.Floor(lastMs) + request.Timeframe.DurationMs <= nowMs - SettledMs;
    }
}
