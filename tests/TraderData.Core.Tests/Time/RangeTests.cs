namespace TraderData.Core.Tests;

public sealed class RangeTests
{
    private const int Size = 48;

    [Fact]
    public void Set_of_ranges_agrees_with_a_bitmap() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var random = new Random(seed);
            var ranges = Enumerable.Range(0, random.Next(0, 7)).Select(_ => Any(random)).ToArray();
            var set = RangeSet.Of(ranges);
            var bits = Bits(ranges);
            Assert.Equal(bits, Bits(set));
            Assert.All(set, r => Assert.False(r.IsEmpty));
            Assert.All(set.Zip(set.Skip(1)), pair => Assert.True(pair.First.EndMs < pair.Second.StartMs));

            var range = Any(random);
            var asked = Bits([range]);
            Assert.Equal(bits.Zip(asked, (held, wanted) => wanted && !held), Bits(set.Missing(range)));
            Assert.Equal(!set.Missing(range).Any(), set.Contains(range));
            Assert.Equal(bits.Zip(asked, (a, b) => a || b), Bits(set.With(range)));
            var other = RangeSet.Of([Any(random), Any(random)]);
            Assert.Equal(bits.Zip(Bits(other), (a, b) => a || b), Bits(set.With(other)));
        },
        2_000);

    [Fact]
    public void Intersection_agrees_with_a_bitmap() => BarBlockTests.ForAllSeeds(seed =>
    {
        var random = new Random(seed);
        TimeRange left = Any(random), right = Any(random);
        Assert.Equal(Bits([left]).Zip(Bits([right]), (a, b) => a && b), Bits([left.Intersect(right)]));
        Assert.Equal(right.StartMs >= left.StartMs && right.EndMs <= left.EndMs, left.Contains(right));
    });

    [Fact]
    public void Range_that_ends_before_it_starts_is_refused_with_both_times()
    {
        var e = Assert.Throws<ArgumentException>(() => new TimeRange(60_000, 0));
        Assert.Contains("1970-01-01T00:01:00Z to 1970-01-01T00:00:00Z", e.Message, StringComparison.Ordinal);
    }

    private static TimeRange Any(Random random)
    {
        var start = random.Next(0, Size);
        return new TimeRange(start, start + random.Next(0, Size - start));
    }

    private static bool[] Bits(IEnumerable<TimeRange> ranges)
    {
        var bits = new bool[Size];
        foreach (var range in ranges)
        {
            for (var i = range.StartMs; i < range.EndMs; i++)
                bits[i] = true;
        }

        return bits;
    }
}
