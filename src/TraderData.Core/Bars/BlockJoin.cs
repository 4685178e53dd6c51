namespace TraderData.Core;

/// <summary>Puts blocks that follow each other in time into one, at scales that hold all of them.</summary>
internal static class BlockJoin
{
    private delegate ReadOnlySpan<long> Column(BarBlock block);

    /// <summary>Joins them.</summary>
    /// <exception cref="OverflowException">A value does not fit at the scale of another.</exception>
    public static BarBlock Join(List<BarBlock> blocks)
    {
        var (prices, volumes, vwaps) = (blocks.Max(b => b.PriceScale), blocks.Max(b => b.VolumeScale), blocks.Max(b => b.VwapScale));
        var rows = blocks.Sum(b => b.Count);
        long[] Joined(Column column, Func<BarBlock, int> scaleOf, int scale)
        {
            var joined = GC.AllocateUninitializedArray<long>(rows);
            var rest = joined.AsSpan();
            foreach (var block in blocks)
            {
                var part = rest[..block.Count];
                if (column(block) is { IsEmpty: false } values)
                    values.CopyTo(part);
                else
                    part.Fill(BarBlock.Missing);
                if (scaleOf(block) != scale)
                    DecimalColumn.RescaleInPlace(part, scaleOf(block), scale);
                rest = rest[part.Length..];
            }

            return joined;
        }

        return BarBlock.Own(new BarColumns(
            Joined(b => b.Times, _ => 0, 0),
            Joined(b => b.Opens, b => b.PriceScale, prices),
            Joined(b => b.Highs, b => b.PriceScale, prices),
            Joined(b => b.Lows, b => b.PriceScale, prices),
            Joined(b => b.Closes, b => b.PriceScale, prices),
            Joined(b => b.Volumes, b => b.VolumeScale, volumes))
        {
            PriceScale = prices,
            VolumeScale = volumes,
            VwapScale = vwaps,
            Vwaps = blocks.Exists(b => b.HasVwap) ? Joined(b => b.Vwaps, b => b.VwapScale, vwaps) : null,
            Trades = blocks.Exists(b => b.HasTrades) ? Joined(b => b.Trades, _ => 0, 0) : null,
        });
    }
}
