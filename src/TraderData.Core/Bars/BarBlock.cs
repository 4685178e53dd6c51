namespace TraderData.Core;

/// <summary>
/// Bars of one series in columns, ascending by opening time, each time once. Immutable; slices share their columns and copy nothing.
/// A decimal column holds mantissas: the number is mantissa × 10^−scale. The four prices share one scale, so that they compare as integers.
/// <see cref="Missing"/> stands where a volume, vwap or number of trades is not known.
/// </summary>
public sealed class BarBlock
{
    /// <summary>Stands in a volume, vwap or trades column for "not known".</summary>
    public const long Missing = long.MinValue;

    /// <summary>No bars.</summary>
    public static readonly BarBlock Empty = new(new BarColumns([], [], [], [], [], []), 0, 0);

    private readonly BarColumns _columns;
    private readonly int _start;

    private BarBlock(BarColumns columns, int start, int count) => (_columns, _start, Count) = (columns, start, count);

    /// <summary>How many bars.</summary>
    public int Count { get; }

    /// <summary>The scale of open, high, low and close, 0 to 18.</summary>
    public int PriceScale => _columns.PriceScale;

    /// <summary>The scale of volumes, 0 to 18.</summary>
    public int VolumeScale => _columns.VolumeScale;

    /// <summary>The scale of vwaps, 0 to 18.</summary>
    public int VwapScale => _columns.VwapScale;

    /// <summary>Opening times, Unix milliseconds UTC, strictly rising.</summary>
    public ReadOnlySpan<long> Times => _columns.Times.AsSpan(_start, Count);

    /// <summary>Opening prices.</summary>
    public ReadOnlySpan<long> Opens => _columns.Opens.AsSpan(_start, Count);

    /// <summary>Highest prices.</summary>
    public ReadOnlySpan<long> Highs => _columns.Highs.AsSpan(_start, Count);

    /// <summary>Lowest prices.</summary>
    public ReadOnlySpan<long> Lows => _columns.Lows.AsSpan(_start, Count);

    /// <summary>Closing prices.</summary>
    public ReadOnlySpan<long> Closes => _columns.Closes.AsSpan(_start, Count);

    /// <summary>Base volumes; <see cref="Missing"/> where the writer did not say.</summary>
    public ReadOnlySpan<long> Volumes => _columns.Volumes.AsSpan(_start, Count);

    /// <summary>Volume-weighted average prices, <see cref="Missing"/> where not known; empty when no bar has one.</summary>
    public ReadOnlySpan<long> Vwaps => _columns.Vwaps is { } vwaps ? vwaps.AsSpan(_start, Count) : default;

    /// <summary>Numbers of trades, <see cref="Missing"/> where not known; empty when no bar has one.</summary>
    public ReadOnlySpan<long> Trades => _columns.Trades is { } trades ? trades.AsSpan(_start, Count) : default;

    /// <summary>True when the block has a vwap column.</summary>
    public bool HasVwap => _columns.Vwaps is not null;

    /// <summary>True when the block has a trades column.</summary>
    public bool HasTrades => _columns.Trades is not null;

    /// <summary>Opening time of the first bar. Not to be asked of an empty block.</summary>
    public long FirstMs => Times[0];

    /// <summary>Opening time of the last bar. Not to be asked of an empty block.</summary>
    public long LastMs => Times[^1];

    /// <summary>Makes a block of columns, which it then owns: the caller must not change them any more.</summary>
    /// <exception cref="ArgumentException">The columns differ in length, a scale is out of range, or the times do not rise strictly.</exception>
    public static BarBlock Own(BarColumns columns)
    {
        columns.Check();
        return columns.Times.Length == 0 ? Empty : new BarBlock(columns, 0, columns.Times.Length);
    }

    /// <summary>The bars from index <paramref name="start"/>, <paramref name="count"/> of them, on the same columns.</summary>
    public BarBlock Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        return count == Count ? this : count == 0 ? Empty : new BarBlock(_columns, _start + start, count);
    }

    /// <summary>Some of the bars, columns of their own.</summary>
    /// <param name="indices">Which, strictly ascending.</param>
    public BarBlock Pick(IReadOnlyList<int> indices) => indices.Count == Count ? this : Own(new BarColumns(
        Picked(Times, indices), Picked(Opens, indices), Picked(Highs, indices), Picked(Lows, indices), Picked(Closes, indices), Picked(Volumes, indices))
    {
        PriceScale = PriceScale,
        VolumeScale = VolumeScale,
        VwapScale = VwapScale,
        Vwaps = HasVwap ? Picked(Vwaps, indices) : null,
        Trades = HasTrades ? Picked(Trades, indices) : null,
    });

    /// <summary>The bars whose opening time is in a range, on the same columns.</summary>
    public BarBlock Between(TimeRange range)
    {
        var start = IndexAtOrAfter(range.StartMs);
        return Slice(start, IndexAtOrAfter(range.EndMs) - start);
    }

    /// <summary>The bars that a query asks for, on the same columns: those in its range, of these the first up to its limit, or the last.</summary>
    public BarBlock Between(in BarQuery query)
    {
        var bars = Between(query.Range);
        var count = (int)Math.Min(bars.Count, query.Limit ?? int.MaxValue);
        return bars.Slice(query.NewestFirst ? bars.Count - count : 0, count);
    }

    /// <summary>The index of the first bar at or behind a time; <see cref="Count"/> when there is none.</summary>
    public int IndexAtOrAfter(long timeMs)
    {
        var index = Times.BinarySearch(timeMs);
        return index < 0 ? ~index : index;
    }

    /// <summary>One bar, in the block's scales. For tests and messages, not for loops over blocks.</summary>
    public Bar At(int index) => new(
        Times[index],
        new ScaledDecimal(Opens[index], PriceScale),
        new ScaledDecimal(Highs[index], PriceScale),
        new ScaledDecimal(Lows[index], PriceScale),
        new ScaledDecimal(Closes[index], PriceScale),
        Volumes[index] == Missing ? null : new ScaledDecimal(Volumes[index], VolumeScale),
        HasVwap && Vwaps[index] != Missing ? new ScaledDecimal(Vwaps[index], VwapScale) : null,
        HasTrades && Trades[index] != Missing ? Trades[index] : null);

    /// <summary>
    /// The same bars with the least scales that hold every value, columns of their own, and no vwap or trades column without a value.
    /// Two normal blocks of the same bars have the same columns, so that what is written from them has the same bytes.
    /// </summary>
    public BarBlock Normalize()
    {
        if (Count == 0)
            return Empty;
        var priceScale = Math.Max(
            Math.Max(DecimalColumn.LeastScale(Opens, PriceScale), DecimalColumn.LeastScale(Highs, PriceScale)),
            Math.Max(DecimalColumn.LeastScale(Lows, PriceScale), DecimalColumn.LeastScale(Closes, PriceScale)));
        return Rescale(priceScale, DecimalColumn.LeastScale(Volumes, VolumeScale), DecimalColumn.LeastScale(Vwaps, VwapScale));
    }

    /// <summary>The same bars at other scales, columns of their own; a vwap or trades column without a value is left out.</summary>
    /// <exception cref="OverflowException">A value does not fit at a scale, or would lose digits.</exception>
    public BarBlock Rescale(int priceScale, int volumeScale, int vwapScale) => Own(new BarColumns(
        Times.ToArray(),
        DecimalColumn.Rescale(Opens, PriceScale, priceScale),
        DecimalColumn.Rescale(Highs, PriceScale, priceScale),
        DecimalColumn.Rescale(Lows, PriceScale, priceScale),
        DecimalColumn.Rescale(Closes, PriceScale, priceScale),
        DecimalColumn.Rescale(Volumes, VolumeScale, volumeScale))
    {
        PriceScale = priceScale,
        VolumeScale = volumeScale,
        VwapScale = vwapScale,
        Vwaps = Vwaps.ContainsAnyExcept(Missing) ? DecimalColumn.Rescale(Vwaps, VwapScale, vwapScale) : null,
        Trades = Trades.ContainsAnyExcept(Missing) ? Trades.ToArray() : null,
    });

    private static long[] Picked(ReadOnlySpan<long> column, IReadOnlyList<int> indices)
    {
        var picked = new long[indices.Count];
        for (var i = 0; i < picked.Length; i++)
            picked[i] = column[indices[i]];
        return picked;
    }
}
