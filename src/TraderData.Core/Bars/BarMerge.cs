using System.Runtime.InteropServices;

namespace TraderData.Core;

/// <summary>
/// Lays a later block over an earlier one, in runs of bars that only one of them has or both have. Later wins, bar by bar; but a volume, vwap or
/// number of trades that the later bar does not know never erases one that the earlier bar knew.
/// </summary>
public static class BarMerge
{
    private enum Side
    {
        Earlier,
        Later,
        Both,
    }

    /// <summary>Merges two blocks of one series.</summary>
    /// <exception cref="OverflowException">The two together have a column that no scale holds in 18 digits.</exception>
    public static BarMergeResult Merge(BarBlock earlier, BarBlock later)
    {
        if (later.Count == 0)
            return new BarMergeResult(earlier, 0, 0, 0);
        if (earlier.Count == 0)
            return new BarMergeResult(later, later.Count, 0, 0) { InsertedRuns = [(0, later.Count)] };
        try
        {
            return MergeAtCommonScales(earlier, later);
        }
        catch (OverflowException)
        {
            // A slice may carry a scale that its own bars do not need; at the least scales the two may still fit together.
            return MergeAtCommonScales(earlier.Normalize(), later.Normalize());
        }
    }

    /// <summary>Lays blocks over each other in their order. Those that follow each other in time, as pages of one answer do, are copied once.</summary>
    /// <exception cref="OverflowException">All together have a column that no scale holds in 18 digits.</exception>
    public static BarBlock MergeAll(IReadOnlyList<BarBlock> blocks)
    {
        var pages = blocks.Where(block => block.Count > 0).ToList();
        for (var i = 1; i < pages.Count; i++)
        {
            if (pages[i].FirstMs <= pages[i - 1].LastMs)
                return pages.Aggregate((earlier, later) => Merge(earlier, later).Block);
        }

        try
        {
            return pages.Count == 0 ? BarBlock.Empty : pages.Count == 1 ? pages[0] : BlockJoin.Join(pages);
        }
        catch (OverflowException)
        {
            return BlockJoin.Join(pages.ConvertAll(page => page.Normalize()));
        }
    }

    private static BarMergeResult MergeAtCommonScales(BarBlock earlier, BarBlock later)
    {
        var priceScale = Math.Max(earlier.PriceScale, later.PriceScale);
        var volumeScale = Math.Max(earlier.VolumeScale, later.VolumeScale);
        var vwapScale = Math.Max(earlier.VwapScale, later.VwapScale);
        var result = new Pass(AtScales(earlier, priceScale, volumeScale, vwapScale), AtScales(later, priceScale, volumeScale, vwapScale)).Run();
        return result.Counts.WroteNothing ? result with { Block = earlier } : result;
    }

    private static BarBlock AtScales(BarBlock block, int priceScale, int volumeScale, int vwapScale) =>
        block.PriceScale == priceScale && block.VolumeScale == volumeScale && (block.VwapScale == vwapScale || !block.HasVwap)
            ? block
            : block.Rescale(priceScale, volumeScale, vwapScale);

    /// <summary>Bars next to each other that come from the same side; <paramref name="I"/> and <paramref name="J"/> are where they begin in either block.</summary>
    private readonly record struct Run(Side Side, int I, int J, int Count);

    private sealed class Pass(BarBlock earlier, BarBlock later)
    {
        private readonly List<Run> _runs = [];
        private readonly List<int> _replaced = [];
        private int _inserted;
        private int _shared;

        public BarMergeResult Run()
        {
            FindRuns();
            foreach (var run in _runs)
            {
                if (run.Side == Side.Both)
                    FindReplaced(run);
            }

            var same = _shared - _replaced.Count;
            if (_inserted == 0 && _replaced.Count == 0)
                return new BarMergeResult(earlier, 0, 0, same);
            return new BarMergeResult(Block(), _inserted, _replaced.Count, same) { InsertedRuns = InsertedRuns(), Replaced = _replaced };
        }

        private void FindRuns()
        {
            int i = 0, j = 0;
            var before = earlier.Times;
            var after = later.Times;
            while (i < before.Length && j < after.Length)
            {
                var shared = before[i..].CommonPrefixLength(after[j..]);
                if (shared > 0)
                    i = Add(Side.Both, i, ref j, shared);
                else if (before[i] < after[j])
                    i = Add(Side.Earlier, i, ref j, RunBefore(before[i..], after[j]));
                else
                    i = Add(Side.Later, i, ref j, RunBefore(after[j..], before[i]));
            }

            i = Add(Side.Earlier, i, ref j, before.Length - i);
            _ = Add(Side.Later, i, ref j, after.Length - j);
        }

        // Gives the next index of the earlier block.
        private int Add(Side side, int i, ref int j, int count)
        {
            if (count == 0)
                return i;
            _runs.Add(new Run(side, i, j, count));
            _inserted += side == Side.Later ? count : 0;
            _shared += side == Side.Both ? count : 0;
            j += side == Side.Earlier ? 0 : count;
            return side == Side.Later ? i : i + count;
        }

        private static int RunBefore(ReadOnlySpan<long> times, long timeMs)
        {
            var index = times.BinarySearch(timeMs);
            return index < 0 ? ~index : index;
        }

        private void FindReplaced(Run run)
        {
            var at = 0;
            while (at < run.Count)
            {
                var same = SamePrefix(new Run(run.Side, run.I + at, run.J + at, run.Count - at));
                at += same;
                if (at < run.Count)
                    _replaced.Add(run.I + at++);
            }
        }

        // How many bars at the beginning of a run change nothing. Most runs are the same throughout, or differ in each bar.
        private int SamePrefix(Run run)
        {
            var count = CommonPrefix(earlier.Opens, later.Opens, run, run.Count);
            count = CommonPrefix(earlier.Highs, later.Highs, run, count);
            count = CommonPrefix(earlier.Lows, later.Lows, run, count);
            count = CommonPrefix(earlier.Closes, later.Closes, run, count);
            count = KnownPrefix(earlier.Volumes, later.Volumes, run, count);
            count = KnownPrefix(earlier.Vwaps, later.Vwaps, run, count);
            return KnownPrefix(earlier.Trades, later.Trades, run, count);
        }

        private static int CommonPrefix(ReadOnlySpan<long> before, ReadOnlySpan<long> after, Run run, int count) =>
            before.Slice(run.I, count).CommonPrefixLength(after.Slice(run.J, count));

        // As above, but what the later bar does not know counts as the same.
        private static int KnownPrefix(ReadOnlySpan<long> before, ReadOnlySpan<long> after, Run run, int count)
        {
            if (after.IsEmpty)
                return count;
            var to = after.Slice(run.J, count);
            if (before.IsEmpty)
                return to.IndexOfAnyExcept(BarBlock.Missing) is var known and >= 0 ? known : count;
            var from = before.Slice(run.I, count);
            var at = 0;
            while (true)
            {
                at += from[at..].CommonPrefixLength(to[at..]);
                if (at == count || to[at] != BarBlock.Missing)
                    return at;
                at++;
            }
        }

        private List<(int Start, int Count)> InsertedRuns()
        {
            var inserted = new List<(int, int)>();
            var start = 0;
            foreach (var run in _runs)
            {
                if (run.Side == Side.Later)
                    inserted.Add((start, run.Count));
                start += run.Count;
            }

            return inserted;
        }

        private BarBlock Block() => BarBlock.Own(new BarColumns(
            Column(earlier.Times, later.Times),
            Column(earlier.Opens, later.Opens),
            Column(earlier.Highs, later.Highs),
            Column(earlier.Lows, later.Lows),
            Column(earlier.Closes, later.Closes),
            Known(earlier.Volumes, later.Volumes))
        {
            PriceScale = later.PriceScale,
            VolumeScale = later.VolumeScale,
            VwapScale = Math.Max(earlier.HasVwap ? earlier.VwapScale : 0, later.HasVwap ? later.VwapScale : 0),
            Vwaps = earlier.HasVwap || later.HasVwap ? Known(earlier.Vwaps, later.Vwaps) : null,
            Trades = earlier.HasTrades || later.HasTrades ? Known(earlier.Trades, later.Trades) : null,
        });

        // Empty stands for a column of nothing but Missing.
        private long[] Column(ReadOnlySpan<long> before, ReadOnlySpan<long> after)
        {
            var column = GC.AllocateUninitializedArray<long>(earlier.Count + _inserted);
            var rest = column.AsSpan();
            foreach (var run in CollectionsMarshal.AsSpan(_runs))
            {
                var from = run.Side == Side.Earlier ? before : after;
                if (from.IsEmpty)
                    rest[..run.Count].Fill(BarBlock.Missing);
                else
                    from.Slice(run.Side == Side.Earlier ? run.I : run.J, run.Count).CopyTo(rest);
                rest = rest[run.Count..];
            }

            return column;
        }

        private long[] Known(ReadOnlySpan<long> before, ReadOnlySpan<long> after)
        {
            var column = Column(before, after);
            if (before.IsEmpty)
                return column;
            var start = 0;
            foreach (var run in CollectionsMarshal.AsSpan(_runs))
            {
                if (run.Side == Side.Both)
                    Keep(before.Slice(run.I, run.Count), column.AsSpan(start, run.Count));
                start += run.Count;
            }

            return column;
        }

        private static void Keep(ReadOnlySpan<long> before, Span<long> column)
        {
            for (var at = column.IndexOf(BarBlock.Missing); at >= 0 && at < column.Length; at++)
            {
                if (column[at] == BarBlock.Missing)
                    column[at] = before[at];
            }
        }
    }
}
