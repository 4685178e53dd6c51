namespace TraderData.Core;

/// <summary>The arrays of a <see cref="BarBlock"/> on their way into it. All have the same length.</summary>
/// <param name="Times">Opening times, Unix milliseconds UTC, strictly rising.</param>
/// <param name="Opens">Opening prices at <see cref="PriceScale"/>.</param>
/// <param name="Highs">Highest prices at <see cref="PriceScale"/>.</param>
/// <param name="Lows">Lowest prices at <see cref="PriceScale"/>.</param>
/// <param name="Closes">Closing prices at <see cref="PriceScale"/>.</param>
/// <param name="Volumes">Volumes at <see cref="VolumeScale"/>, <see cref="BarBlock.Missing"/> where not known.</param>
public sealed record BarColumns(long[] Times, long[] Opens, long[] Highs, long[] Lows, long[] Closes, long[] Volumes)
{
    /// <summary>The scale of the four prices, 0 to 18.</summary>
    public int PriceScale { get; init; }

    /// <summary>The scale of volumes, 0 to 18.</summary>
    public int VolumeScale { get; init; }

    /// <summary>The scale of vwaps, 0 to 18.</summary>
    public int VwapScale { get; init; }

    /// <summary>Volume-weighted average prices, <see cref="BarBlock.Missing"/> where not known; null when no bar has one.</summary>
    public long[]? Vwaps { get; init; }

    /// <summary>Numbers of trades, <see cref="BarBlock.Missing"/> where not known; null when no bar has one.</summary>
    public long[]? Trades { get; init; }

    internal void Check()
    {
        var count = Times.Length;
        if (Opens.Length != count || Highs.Length != count || Lows.Length != count || Closes.Length != count || Volumes.Length != count
            || (Vwaps is not null && Vwaps.Length != count) || (Trades is not null && Trades.Length != count))
        {
            throw new ArgumentException($"every column of a block must have {count} values, as its times have");
        }

        if (PriceScale is < 0 or > ScaledDecimal.MaxScale || VolumeScale is < 0 or > ScaledDecimal.MaxScale || VwapScale is < 0 or > ScaledDecimal.MaxScale)
            throw new ArgumentException($"scales must be 0 to {ScaledDecimal.MaxScale}, were {PriceScale}, {VolumeScale} and {VwapScale}");
        for (var i = 1; i < count; i++)
        {
            if (Times[i] <= Times[i - 1])
                throw new ArgumentException($"times must rise strictly, but {TimeText.Iso(Times[i])} at index {i} follows {TimeText.Iso(Times[i - 1])}");
        }
    }
}
