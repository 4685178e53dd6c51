using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>
/// Some rows of one series within one split, in columns: bars, features, and labels once they are known. Rows come in behind and leave in
/// front; what they take is the same for a series of any length.
/// </summary>
internal sealed class SeriesRows(RoundLayout layout, int capacity)
{
    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    public int Room => capacity - Count;

    public Series Series { get; private set; } = null!;

    /// <summary>The run without a gap that each row belongs to.</summary>
    public int[] Runs { get; } = new int[capacity];

    public long[] Times { get; } = new long[capacity];

    /// <summary>Digits behind the point of opens, highs, lows and closes.</summary>
    public int PriceScale { get; private set; }

    /// <summary>Digits behind the point of volumes.</summary>
    public int VolumeScale { get; private set; }

    /// <summary>Opens, highs, lows, closes, volumes, as integers of those scales; <see cref="BarBlock.Missing"/> where a volume is not known.</summary>
    public long[][] Bars { get; } = Columns<long>(5, capacity);

    /// <summary>By feature; NaN for none.</summary>
    public double[][] Features { get; } = Columns<double>(layout.Features.Count, capacity);

    /// <summary>By horizon the forward return, then its sign; NaN for none.</summary>
    public double[][] Labels { get; } = Columns<double>(2 * layout.Horizons.Count, capacity);

    public long[] Closes => Bars[3];

    /// <summary>The closes as doubles.</summary>
    public double[] Prices { get; } = new double[capacity];

    public void Begin(Series series) => (Series, Count) = (series, 0);

    /// <summary>Adds bars at the scales of those before, all of one run; their features are for the caller to fill in.</summary>
    public void Add(BarBlock bars, int run)
    {
        (PriceScale, VolumeScale) = (bars.PriceScale, bars.VolumeScale);
        bars.Times.CopyTo(Times.AsSpan(Count));
        bars.Opens.CopyTo(Bars[0].AsSpan(Count));
        bars.Highs.CopyTo(Bars[1].AsSpan(Count));
        bars.Lows.CopyTo(Bars[2].AsSpan(Count));
        bars.Closes.CopyTo(Bars[3].AsSpan(Count));
        bars.Volumes.CopyTo(Bars[4].AsSpan(Count));
        PriceDoubles.Of(bars.Closes, bars.PriceScale, Prices.AsSpan(Count, bars.Count));
        Runs.AsSpan(Count, bars.Count).Fill(run);
        Count += bars.Count;
    }

    /// <summary>Removes rows in front.</summary>
    public void Remove(int count)
    {
        var rest = Count - count;
        Array.Copy(Runs, count, Runs, 0, rest);
        Array.Copy(Times, count, Times, 0, rest);
        Array.Copy(Prices, count, Prices, 0, rest);
        foreach (var column in Bars)
            Array.Copy(column, count, column, 0, rest);
        foreach (var column in Features)
            Array.Copy(column, count, column, 0, rest);
        Count = rest;
    }

    private static T[][] Columns<T>(int count, int capacity) => [.. Enumerable.Range(0, count).Select(_ => new T[capacity])];
}
