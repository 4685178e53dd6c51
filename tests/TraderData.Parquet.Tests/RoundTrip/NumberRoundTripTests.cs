using FsCheck;
using FsCheck.Fluent;

namespace TraderData.Parquet.Tests;

public class NumberRoundTripTests
{
    private static readonly int[] s_sizes = [0, 1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130, 255, 256, 257, 258, 500, 999, 1000, 1001, 2000, 2001];

    public static TheoryData<ParquetEncoding, ParquetCompression, bool> Forms => new MatrixTheoryData<ParquetEncoding, ParquetCompression, bool>(
        Enum.GetValues<ParquetEncoding>(), Enum.GetValues<ParquetCompression>(), [false, true]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Numbers_of_every_size_and_pattern_come_back(ParquetEncoding encoding, ParquetCompression compression, bool optional)
    {
        var column = ParquetColumn.Int64("x", optional) with { Encoding = encoding };
        foreach (var size in s_sizes)
        {
            foreach (var (name, values) in Patterns(size))
            {
                var written = optional ? [.. values.Select((v, i) => i * 31 % 8 < 3 ? long.MinValue : v)] : values;
                var file = Files.WriteNumbers(column, written, new() { Compression = compression, PageRows = 500 });
                Assert.True(written.AsSpan().SequenceEqual(Files.ReadNumbers(file)), $"{name} of {size}");
                RequireStatistics(file, written);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Any_numbers_come_back(ParquetEncoding encoding, ParquetCompression compression, bool optional)
    {
        var column = ParquetColumn.Int64("x", optional) with { Encoding = encoding };
        var number = Gen.OneOf(
            Gen.Choose(-3, 3).Select(i => (long)i),
            Gen.Choose(int.MinValue, int.MaxValue).Select(i => (long)i * 0x1_0000_0003),
            Gen.Elements(long.MaxValue, -long.MaxValue, long.MaxValue - 1, 1L << 62, 0),
            optional ? Gen.Constant(long.MinValue) : Gen.Constant(5L));
        var inputs = Gen.Zip(number.ArrayOf(), Gen.Choose(1, 300)).ToArbitrary();
        Prop.ForAll(inputs, input =>
        {
            var (values, pageRows) = input;
            return values.AsSpan().SequenceEqual(Files.ReadNumbers(Files.WriteNumbers(column, values, new() { Compression = compression, PageRows = pageRows })));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(700));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Any_rows_alone_are_those_of_the_whole(ParquetEncoding encoding, ParquetCompression compression, bool optional)
    {
        var column = ParquetColumn.Int64("x", optional) with { Encoding = encoding };
        var values = Enumerable.Range(0, 700).Select(i => optional && i * 31 % 8 < 3 ? long.MinValue : i * 7919L % 1013).ToArray();
        var inputs = Gen.Zip(Gen.Choose(1, 500), Gen.Zip(Gen.Choose(0, 700), Gen.Choose(0, 700))).ToArbitrary();
        Prop.ForAll(inputs, input =>
        {
            var (pageRows, (a, b)) = input;
            var (first, end) = (Math.Min(a, b), Math.Max(a, b));
            // Two row groups of different sizes.
            var file = Files.Write(new ParquetSchema(column), new() { Compression = compression, PageRows = pageRows }, writer =>
            {
                writer.WriteColumn(values.AsSpan(0, 450));
                writer.WriteColumn(values.AsSpan(450));
            });
            var expected = values.AsSpan(first, end - first);
            return expected.SequenceEqual(new ParquetReader(file).ReadInt64("x", first, end - first))
                && (ParquetReader.TryOpen(file.Length, (at, target) => file.AsSpan((int)at, target.Length).CopyTo(target), out var ranged)
                    ? expected.SequenceEqual(ranged.ReadInt64("x", first, end - first))
                    : pageRows >= 450 || values.Length == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public void Rows_alone_are_found_by_what_all_pages_say_of_their_size()
    {
        var values = Enumerable.Range(0, 100).Select(i => (long)i).ToArray();
        var file = Files.WriteNumbers(ParquetColumn.Int64("x"), values, new() { PageRows = 20 });
        var chunk = new ParquetReader(file).Footer.RowGroups[0].Chunks[0];
        var found = 0;
        for (var bit = 0; bit < chunk.Length * 8; bit++)
        {
            var flipped = file.ToArray();
            flipped[(int)chunk.Offset + (bit / 8)] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(values[50..70], new ParquetReader(flipped).ReadInt64("x", 50, 20));
            }
            catch (ParquetException)
            {
                found++;
            }
        }

        Assert.True(found > 0);
    }

    [Theory]
    [InlineData(ParquetEncoding.Plain)]
    [InlineData(ParquetEncoding.Dictionary)]
    [InlineData(ParquetEncoding.DeltaBinaryPacked)]
    [InlineData(ParquetEncoding.ByteStreamSplit)]
    public void Narrow_integers_come_back(ParquetEncoding encoding)
    {
        long[] values = [int.MaxValue, int.MinValue, 0, -1, int.MinValue, int.MaxValue, .. Enumerable.Range(0, 1000).Select(i => (long)(i * 7919 % 1013) - 500)];
        var file = Files.WriteNumbers(ParquetColumn.Int32("x") with { Encoding = encoding }, values, new() { PageRows = 333 });
        Assert.Equal(values, Files.ReadNumbers(file));
        Assert.Throws<ArgumentException>(() => Files.WriteNumbers(ParquetColumn.Int32("x") with { Encoding = encoding }, [1, int.MaxValue + 1L]));
    }

    [Fact]
    public void Wide_decimals_come_back()
    {
        long[] values = [long.MaxValue, -long.MaxValue, 0, 1, -1, 255, -256, 1L << 56];
        Assert.Equal(values, Files.ReadNumbers(Files.WriteNumbers(ParquetColumn.Decimal("x", 19, 7), values)));
    }

    [Fact]
    public void Validity_tells_nulls_from_the_smallest_number()
    {
        long[] values = [long.MinValue, 5, long.MinValue, 7];
        bool[] valid = [true, false, false, true];
        var file = Files.Write(new ParquetSchema(ParquetColumn.Int64("x", optional: true)), null, w => w.WriteColumn(values, valid));
        var reader = new ParquetReader(file);
        var chunk = reader.Footer.RowGroups[0].Chunks[0];
        var (read, readValid) = (new long[4], new bool[4]);

        chunk.ReadInt64(reader.Bytes(chunk), read, readValid);

        Assert.Equal(valid, readValid);
        Assert.Equal([long.MinValue, long.MinValue, long.MinValue, 7], read);
        Assert.Equal((long.MinValue, 7L, 2L), (chunk.Statistics.Min, chunk.Statistics.Max, chunk.Statistics.NullCount));
        // Read without validity, a value that looks like a null is refused rather than lost.
        Assert.Contains("stands for null", Assert.Throws<ParquetException>(() => reader.ReadInt64("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_nulls_only_comes_back()
    {
        var values = Enumerable.Range(0, 300).Select(i => i < 200 ? long.MinValue : i).ToArray();
        foreach (var encoding in Enum.GetValues<ParquetEncoding>())
        {
            var file = Files.WriteNumbers(ParquetColumn.Int64("x", optional: true) with { Encoding = encoding }, values, new() { PageRows = 100, Compression = ParquetCompression.Snappy });
            Assert.Equal(values, Files.ReadNumbers(file));
            var none = Files.WriteNumbers(ParquetColumn.Int64("x", optional: true) with { Encoding = encoding }, values[..200], new() { PageRows = 100 });
            Assert.Equal(values[..200], Files.ReadNumbers(none));
        }
    }

    internal static IEnumerable<(string Name, long[] Values)> Patterns(int size)
    {
        var random = new Random(size);
        var index = Enumerable.Range(0, size).ToArray();
        yield return ("constant", [.. index.Select(_ => 42L)]);
        yield return ("ramp", [.. index.Select(i => 1_700_000_000_000 + i * 60_000L)]);
        yield return ("extremes", [.. index.Select(i => i % 2 == 0 ? long.MaxValue : -long.MaxValue)]);
        yield return ("walk", [.. index.Select(i => 4_000_000L + random.Next(-100, 100) * i)]);
        yield return ("noise", [.. index.Select(i => Math.Max(-long.MaxValue, random.NextInt64(long.MinValue, long.MaxValue) >> (i % 64)))]);
        yield return ("few", [.. index.Select(i => (long)random.Next(5))]);
    }

    private static void RequireStatistics(byte[] file, long[] written)
    {
        var present = written.Where(v => v != long.MinValue).ToArray();
        foreach (var group in new ParquetReader(file).Footer.RowGroups)
        {
            var statistics = group.Chunks[0].Statistics;
            Assert.Equal(written.Length - present.Length, statistics.NullCount);
            Assert.Equal(present.Length == 0 ? null : present.Min(), statistics.Min);
            Assert.Equal(present.Length == 0 ? null : present.Max(), statistics.Max);
        }
    }
}
