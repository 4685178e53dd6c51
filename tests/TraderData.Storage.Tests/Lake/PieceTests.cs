using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>Some bars of a partition, read alone, are those of the whole.</summary>
public class PieceTests
{
    private const long MinuteMs = 60_000;

    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly Partition Month = Partition.At(Timeframe.M1, 0);

    [Fact]
    public void Any_piece_of_any_partition_is_what_the_whole_holds_there()
    {
        // A first minute, holes of one to three bars, and a query that may begin before and end behind them.
        var inputs =
            from first in Gen.Choose(0, 100)
            from count in Gen.Elements(1, 2, 4_095, 4_096, 4_097, 9_000, 13_000)
            from holes in Gen.Choose(0, count - 1).ArrayOf(3)
            from some in Gen.Elements(0, 0, 1, 3)
            from start in Gen.Choose(-10, count + 120)
            from length in Gen.Elements(0, 1, 2, 700, 4_096, 6_000)
            from shift in Gen.Elements(0L, 1L, MinuteMs - 1)
            from limit in Gen.Elements(0, 1, 50, 5_000)
            from newestFirst in ArbMap.Default.GeneratorFor<bool>()
            select (first, count, holes: holes[..some], Query: new BarQuery(
                new TimeRange((start * MinuteMs) + shift, ((start + length) * MinuteMs) + shift), newestFirst, limit == 0 ? null : limit));
        var partial = 0;
        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            var (first, count, holes, query) = input;
            var bars = ModelWrite.BlockOf([.. Enumerable.Range(0, count).Except(holes).Select(i => Sample(first + i))]);
            if (bars.Count == 0)
                return true;
            var content = PartitionFile.Encode(Bitcoin, new StoredBars(bars.Normalize(), new long[bars.Count]), 0);
            var file = new MemoryFile(content);
            var expected = BarDigest.Of(bars.Normalize().Between(query));
            var piece = PartitionFile.DecodePiece("x", Bitcoin, Month, file, query);
            partial += piece is not null && file.BytesRead < content.Length ? 1 : 0;
            return (piece is null) == (bars.Count <= BarFile.Layout.PageRows)
                && (piece is null || BarDigest.Of(piece) == expected)
                && BarDigest.Of(PartitionFile.DecodePiece("x", Bitcoin, Month, content, query)) == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
        Assert.True(partial > 50, $"only {partial} pieces were read in part");
    }

    [Fact]
    public void Piece_of_a_month_reads_a_tenth_of_its_file()
    {
        var bars = ModelWrite.BlockOf([.. Enumerable.Range(0, 44_640).Select(Sample)]);
        var content = PartitionFile.Encode(Bitcoin, new StoredBars(bars.Normalize(), new long[bars.Count]), 0);
        var file = new MemoryFile(content);
        var start = 20_000 * MinuteMs;

        var piece = PartitionFile.DecodePiece("x", Bitcoin, Month, file, new BarQuery(new TimeRange(start, start + (300 * MinuteMs))));

        Assert.Equal(300, piece!.Count);
        Assert.InRange(file.BytesRead, 1, content.Length / 5);
    }

    // Numbers that take some bytes each.
    private static Bar Sample(int minute)
    {
        var noise = (uint)minute * 2_654_435_761u >> 12;
        var low = new ScaledDecimal(4_000_000 + noise, 2);
        var high = new ScaledDecimal(5_100_000 + (noise % 7_919), 2);
        return new Bar(minute * MinuteMs, low, high, low, high, minute % 5 == 3 ? null : new ScaledDecimal(noise * 3, 5), null, 17 + (noise % 311));
    }
}
