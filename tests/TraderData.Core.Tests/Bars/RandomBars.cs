namespace TraderData.Core.Tests;

/// <summary>Random bars that keep the rules, the same for the same seed.</summary>
internal sealed class RandomBars(int seed)
{
    private readonly Random _random = new(seed);

    public Random Random => _random;

    /// <summary>Bars on a grid from its <paramref name="firstSlot"/>-th time on, with holes.</summary>
    public List<Bar> List(Timeframe timeframe, int firstSlot, int count, int maxStep = 3, bool optional = true)
    {
        var bars = new List<Bar>();
        for (var (i, slot) = (0, firstSlot); i < count; i++, slot += _random.Next(1, maxStep + 1))
            bars.Add(At(timeframe.Ceiling(slot * timeframe.DurationMs), optional));
        return bars;
    }

    public Bar At(long timeMs, bool optional = true)
    {
        var scale = _random.Next(0, 5);
        var prices = new long[4];
        for (var i = 0; i < 4; i++)
            prices[i] = _random.NextInt64(1, 100_000);
        Array.Sort(prices);
        return new Bar(
            timeMs, Normal(prices[1], scale), Normal(prices[3], scale), Normal(prices[0], scale), Normal(prices[2], scale),
            optional && _random.Next(5) == 0 ? null : Normal(_random.NextInt64(0, 1_000_000), _random.Next(0, 9)),
            optional && _random.Next(3) == 0 ? Normal(_random.NextInt64(1, 1_000_000), _random.Next(0, 9)) : null,
            optional && _random.Next(3) > 0 ? _random.Next(0, 100) : null);
    }

    public static BarBlock Block(IEnumerable<Bar> bars)
    {
        var builder = new BarBlockBuilder("test", 1);
        foreach (var bar in bars)
            builder.Add(bar);
        return builder.Build();
    }

    /// <summary>The same bars, sometimes a slice of a larger block, sometimes at greater scales than they need.</summary>
    public BarBlock Disguised(IReadOnlyList<Bar> bars)
    {
        var block = Block(bars);
        if (block.Count > 0 && _random.Next(2) == 0)
            block = block.Rescale(block.PriceScale + _random.Next(3), block.VolumeScale + _random.Next(3), block.VwapScale + _random.Next(3));
        if (block.Count > 0 && _random.Next(2) == 0)
            block = Block([At(block.FirstMs - 60_000), .. bars, At(block.LastMs + 60_000)]).Slice(1, bars.Count);
        return block;
    }

    /// <summary>Cuts bars anywhere into blocks, some of them empty.</summary>
    public IEnumerable<BarBlock> Cut(IReadOnlyList<Bar> bars)
    {
        for (var start = 0; start < bars.Count;)
        {
            var count = Math.Min(_random.Next(0, 6), bars.Count - start);
            yield return Disguised([.. bars.Skip(start).Take(count)]);
            start += count;
        }
    }

    public static List<Bar> Unpack(BarBlock block) => [.. Enumerable.Range(0, block.Count).Select(block.At)];

    private static ScaledDecimal Normal(long mantissa, int scale) => new ScaledDecimal(mantissa, scale).Normalize();
}
