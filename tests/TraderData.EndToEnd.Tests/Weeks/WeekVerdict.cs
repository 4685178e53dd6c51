using TraderData.Core;
using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary>Holds the store against what the market really was: every bar, every hole, and every former value.</summary>
internal sealed class WeekVerdict(IBarStore store, MarketTruth truth, TimeRange range, long nowMs)
{
    private readonly List<string> _faults = [];

    /// <summary>What is wrong; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>How many series were looked at.</summary>
    public int Series { get; private set; }

    /// <summary>How many bars were compared.</summary>
    public long Bars { get; private set; }

    /// <summary>How many former values are kept.</summary>
    public long Restated { get; private set; }

    /// <summary>Why bars are not there.</summary>
    public CauseCounts Causes { get; private set; }

    /// <summary>Looks at one series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="firstMs">The latest time that its first bar may open at.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task LookAsync(Series series, long firstMs, CancellationToken cancellationToken)
    {
        Series++;
        if (await store.FindAsync(series, cancellationToken) is not { FirstMs: { } heldMs } info)
        {
            _faults.Add($"{series} is not held");
            return;
        }

        if (heldMs > firstMs)
            _faults.Add($"{series} begins at {TimeText.Iso(heldMs)}, which is behind {TimeText.Iso(firstMs)}");
        var span = new TimeRange(heldMs, range.EndMs);
        var expected = truth.Minutes(series.Source, series.Symbol, span, nowMs);
        await CompareAsync(series, span, expected, cancellationToken);
        await ExplainAsync(info, span, expected, cancellationToken);
        await foreach (var revision in store.ReadRevisionsAsync(series, span, cancellationToken))
        {
            Restated++;
            if (truth.CorrectedMs(series.Source, series.Symbol, revision.Old.TimeMs) is null)
                _faults.Add($"{series} held {revision.Old}, which the exchange never gave as final");
        }
    }

    private async Task CompareAsync(Series series, TimeRange span, BarBlock expected, CancellationToken cancellationToken)
    {
        var blocks = new List<BarBlock>();
        await foreach (var block in store.ReadAsync(series, new BarQuery(span), cancellationToken))
            blocks.Add(block);
        var held = BarMerge.MergeAll(blocks);
        Bars += expected.Count;
        var (extra, absent) = (held.Times.ToArray().Except(expected.Times.ToArray()).ToArray(), expected.Times.ToArray().Except(held.Times.ToArray()).ToArray());
        if (extra.Length > 0)
            _faults.Add($"{series} holds {extra.Length} bars that there never were, the first at {TimeText.Iso(extra[0])}");
        if (absent.Length > 0)
            _faults.Add($"{series} lacks {absent.Length} bars, the first at {TimeText.Iso(absent[0])}, the last at {TimeText.Iso(absent[^1])}");
        if (extra.Length + absent.Length > 0)
            return;
        for (var i = 0; i < held.Count; i++)
        {
            if (held.At(i) with { Vwap = null } is var got && got != expected.At(i))
            {
                _faults.Add($"{series} holds {got} and not {expected.At(i)}");
                return;
            }
        }
    }

    private async Task ExplainAsync(SeriesInfo info, TimeRange span, BarBlock expected, CancellationToken cancellationToken)
    {
        var coverage = await CoverageScan.ReadAsync(store, new SeriesReading(info.Series, info), span, null, cancellationToken);
        var slots = Timeframe.M1.CountIn(span);
        var open = info.Provenance.AssetClass == AssetClass.Stock
            ? NyseCalendar.Instance.Sessions(span).Sum(session => Timeframe.M1.CountIn(session.Intersect(span)))
            : slots;
        var causes = info.Provenance.AssetClass == AssetClass.Stock
            ? new CauseCounts(0, 0, 0, open - expected.Count, slots - open)
            : new CauseCounts(0, 0, open - expected.Count, 0, 0);
        Causes += coverage.Causes;
        if (coverage.Causes != causes)
            _faults.Add($"{info.Series}: the ledger says {coverage.Causes}, and it is {causes}; {string.Join(", ", coverage.Gaps.Where(gap => gap.Cause >= GapCause.Pending).Take(3))}");
    }
}
