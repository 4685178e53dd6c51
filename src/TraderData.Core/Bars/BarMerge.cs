namespace TraderData.Core;

/// <summary>What came of laying one block over another.</summary>
/// <param name="Block">All bars of both, the later block's where both have one.</param>
/// <param name="Inserted">Bars that only the later block has.</param>
/// <param name="Changed">Bars of both with different values: restatements.</param>
/// <param name="Same">Bars of both with the same values.</param>
public sealed record BarMergeResult(BarBlock Block, int Inserted, int Changed, int Same)
{
    /// <summary>The same counts as a store reports them.</summary>
    public WriteResult Counts => new(Inserted, Changed, Same);
}

/// <summary>
/// Lays a later block over an earlier one, in one pass over both. Later wins, bar by bar; but a volume, vwap or number of trades that the later
/// bar does not know never erases one that the earlier bar knew.
/// </summary>
public static class BarMerge
{
    /// <summary>Merges two blocks of one series.</summary>
    /// <exception cref="OverflowException">The two together have a column that no scale holds in 18 digits.</exception>
    public static BarMergeResult Merge(BarBlock earlier, BarBlock later)
    {
        if (later.Count == 0)
            return new BarMergeResult(earlier, 0, 0, 0);
        if (earlier.Count == 0)
            return new BarMergeResult(later, later.Count, 0, 0);
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

    private static BarMergeResult MergeAtCommonScales(BarBlock earlier, BarBlock later)
    {
        var priceScale = Math.Max(earlier.PriceScale, later.PriceScale);
        var volumeScale = Math.Max(earlier.VolumeScale, later.VolumeScale);
        var vwapScale = Math.Max(earlier.VwapScale, later.VwapScale);
        return new Pass(AtScales(earlier, priceScale, volumeScale, vwapScale), AtScales(later, priceScale, volumeScale, vwapScale)).Run();
    }

    private static BarBlock AtScales(BarBlock block, int priceScale, int volumeScale, int vwapScale) =>
        block.PriceScale == priceScale && block.VolumeScale == volumeScale && (block.VwapScale == vwapScale || !block.HasVwap)
            ? block
            : block.Rescale(priceScale, volumeScale, vwapScale);

    private sealed class Pass(BarBlock earlier, BarBlock later)
    {
        private readonly long[] _times = new long[earlier.Count + later.Count];
        private readonly long[][] _prices = [.. Enumerable.Range(0, 4).Select(_ => new long[earlier.Count + later.Count])];
        private readonly long[] _volumes = new long[earlier.Count + later.Count];
        private readonly long[]? _vwaps = earlier.HasVwap || later.HasVwap ? new long[earlier.Count + later.Count] : null;
        private readonly long[]? _trades = earlier.HasTrades || later.HasTrades ? new long[earlier.Count + later.Count] : null;
        private int _count;
        private int _inserted;
        private int _changed;
        private int _same;

        public BarMergeResult Run()
        {
            int i = 0, j = 0;
            var before = earlier.Times;
            var after = later.Times;
            while (i < before.Length && j < after.Length)
            {
                if (before[i] == after[j])
                {
                    Overlay(i++, j++);
                }
                else if (before[i] < after[j])
                {
                    var run = RunBefore(before[i..], after[j]);
                    Copy(earlier, i, run);
                    i += run;
                }
                else
                {
                    var run = RunBefore(after[j..], before[i]);
                    Copy(later, j, run);
                    _inserted += run;
                    j += run;
                }
            }

            Copy(earlier, i, before.Length - i);
            Copy(later, j, after.Length - j);
            _inserted += after.Length - j;
            return new BarMergeResult(Block(), _inserted, _changed, _same);
        }

        private static int RunBefore(ReadOnlySpan<long> times, long timeMs)
        {
            var index = times.BinarySearch(timeMs);
            return index < 0 ? ~index : index;
        }

        private void Copy(BarBlock from, int start, int count)
        {
            if (count == 0)
                return;
            from.Times.Slice(start, count).CopyTo(_times.AsSpan(_count));
            from.Opens.Slice(start, count).CopyTo(_prices[0].AsSpan(_count));
            from.Highs.Slice(start, count).CopyTo(_prices[1].AsSpan(_count));
            from.Lows.Slice(start, count).CopyTo(_prices[2].AsSpan(_count));
            from.Closes.Slice(start, count).CopyTo(_prices[3].AsSpan(_count));
            from.Volumes.Slice(start, count).CopyTo(_volumes.AsSpan(_count));
            CopyOptional(from.Vwaps, start, count, _vwaps);
            CopyOptional(from.Trades, start, count, _trades);
            _count += count;
        }

        private void CopyOptional(ReadOnlySpan<long> from, int start, int count, long[]? to)
        {
            if (to is null)
                return;
            if (from.IsEmpty)
                to.AsSpan(_count, count).Fill(BarBlock.Missing);
            else
                from.Slice(start, count).CopyTo(to.AsSpan(_count));
        }

        private void Overlay(int i, int j)
        {
            var at = _count;
            Copy(later, j, 1);
            Keep(earlier.Volumes, i, ref _volumes[at]);
            if (_vwaps is not null)
                Keep(earlier.Vwaps, i, ref _vwaps[at]);
            if (_trades is not null)
                Keep(earlier.Trades, i, ref _trades[at]);
            var same = earlier.Opens[i] == _prices[0][at] && earlier.Highs[i] == _prices[1][at] && earlier.Lows[i] == _prices[2][at]
                && earlier.Closes[i] == _prices[3][at] && earlier.Volumes[i] == _volumes[at]
                && (_vwaps is null || OptionalAt(earlier.Vwaps, i) == _vwaps[at]) && (_trades is null || OptionalAt(earlier.Trades, i) == _trades[at]);
            _same += same ? 1 : 0;
            _changed += same ? 0 : 1;
        }

        private static void Keep(ReadOnlySpan<long> column, int index, ref long value)
        {
            if (value == BarBlock.Missing)
                value = OptionalAt(column, index);
        }

        private static long OptionalAt(ReadOnlySpan<long> column, int index) => column.IsEmpty ? BarBlock.Missing : column[index];

        private BarBlock Block() => BarBlock.Own(new BarColumns(
            Cut(_times), Cut(_prices[0]), Cut(_prices[1]), Cut(_prices[2]), Cut(_prices[3]), Cut(_volumes))
        {
            PriceScale = later.PriceScale,
            VolumeScale = later.VolumeScale,
            VwapScale = Math.Max(earlier.HasVwap ? earlier.VwapScale : 0, later.HasVwap ? later.VwapScale : 0),
            Vwaps = _vwaps is null ? null : Cut(_vwaps),
            Trades = _trades is null ? null : Cut(_trades),
        });

        private long[] Cut(long[] column) => column.Length == _count ? column : column[.._count];
    }
}
