namespace TraderData.Core.Tests;

/// <summary>The ledger bar by bar, by the book: each opening time of a range, whether a bar is expected then, and the cause when it is not there.</summary>
internal static class LedgerModel
{
    private const long DayMs = 86_400_000;

    // The sessions around the times of the tests, from the table, by their date: worlds of days begin in 2024 and reach into 2027.
    private static readonly Dictionary<long, TimeRange> Sessions = Enumerable.Range(2022, 7).SelectMany(NyseHistory.Sessions).ToDictionary(s => s.StartMs / DayMs);

    /// <summary>Slots of a grid whose bars open in a range, each with the time its bar opens at.</summary>
    public static IEnumerable<(long Slot, long Open)> Slots(Timeframe timeframe, AssetClass assetClass, TimeRange range)
    {
        for (var slot = timeframe.Floor(range.StartMs) - timeframe.DurationMs; slot <= range.EndMs; slot += timeframe.DurationMs)
        {
            var open = OpeningOf(timeframe, assetClass, slot);
            if (range.Contains(open))
                yield return (slot, open);
        }
    }

    /// <summary>Why a bar that is not there is not.</summary>
    public static GapCause CauseOf(SeriesInfo held, long slot, ListingTimes? listing = null)
    {
        var (timeframe, assetClass) = (held.Series.Timeframe, held.Provenance.AssetClass);
        if (!IsExpected(timeframe, assetClass, slot))
            return GapCause.SessionClosed;
        var open = OpeningOf(timeframe, assetClass, slot);
        if (listing?.Gone.Any(r => r.Contains(open)) == true || (assetClass == AssetClass.Crypto && open < held.FirstMs && held.Fetched.Any(r => r.Contains(open))))
            return GapCause.NotListed;
        if (held.Verified.Any(r => r.Contains(open)))
            return listing?.Halted.Any(r => r.Contains(open)) == true ? GapCause.Halted : assetClass == AssetClass.Stock ? GapCause.NoTrade : GapCause.SourceMissing;
        return held.Failures.Any(f => f.Range.Contains(open)) ? GapCause.FetchFailed : GapCause.Pending;
    }

    public static bool IsExpected(Timeframe timeframe, AssetClass assetClass, long slot)
    {
        var endMs = slot + timeframe.DurationMs;
        if (assetClass != AssetClass.Stock)
            return true;
        for (var day = slot / DayMs; day * DayMs < endMs; day++)
        {
            if (Sessions.TryGetValue(day, out var session) && session.StartMs < endMs && session.EndMs > slot)
                return true;
        }

        return false;
    }

    public static long OpeningOf(Timeframe timeframe, AssetClass assetClass, long slot) => assetClass == AssetClass.Stock && timeframe.DurationMs >= DayMs
        ? NyseHistory.Midnight(DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(slot).UtcDateTime))
        : slot;

    /// <summary>What is absent, as a list, from what a coverage says in ranges.</summary>
    public static void AssertSame(Coverage coverage, IReadOnlyList<(long Open, GapCause Cause)> absent)
    {
        var counts = absent.Aggregate(default(CauseCounts), (sum, a) => sum.With(a.Cause, 1));
        Assert.Equal(counts, coverage.Causes);
        Assert.Equal(counts.FetchFailed + counts.Pending + counts.SourceMissing, coverage.MissingBars);
        var gaps = absent.Where(a => a.Cause != GapCause.SessionClosed).ToList();
        Assert.Equal(gaps, coverage.Gaps.SelectMany(g => gaps.Where(a => g.Range.Contains(a.Open)).Select(a => (a.Open, g.Cause))));
        Assert.All(coverage.Gaps, g =>
        {
            var within = gaps.Where(a => g.Range.Contains(a.Open)).ToList();
            Assert.Equal((within[0].Open, within.Count), (g.Range.StartMs, g.Bars));
        });
        Assert.Equal(coverage.Gaps.Count, coverage.GapCount);
    }
}
