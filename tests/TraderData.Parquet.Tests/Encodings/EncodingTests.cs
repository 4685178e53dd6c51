using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace TraderData.Parquet.Tests;

public class EncodingTests
{
    [Fact]
    public void Bits_of_every_width_come_back_and_stand_where_the_format_says()
    {
        var random = new Random(3);
        for (var width = 0; width <= 64; width++)
        {
            foreach (var count in (int[])[8, 32, 64, 128, 256])
            {
                var values = Enumerable.Range(0, count).Select(_ => width == 0 ? 0 : (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width)).ToArray();
                var packed = new byte[count * width / 8 + 8];
                Assert.Equal(count * width / 8, BitPacking.Pack(values, width, packed));
                for (var bit = 0; bit < count * width; bit++)
                    Assert.Equal((values[bit / width] >> (bit % width)) & 1, (ulong)(packed[bit / 8] >> (bit % 8)) & 1);

                var unpacked = new ulong[count];
                BitPacking.Unpack(packed.AsSpan(0, count * width / 8), width, unpacked);
                Assert.Equal(values, unpacked);
            }
        }
    }

    [Fact]
    public void Every_way_to_add_up_deltas_gives_the_same()
    {
        var random = new Random(17);
        for (var width = 0; width <= 64; width++)
        {
            var deltas = Enumerable.Range(0, 256).Select(_ => width == 0 ? 0 : (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width)).ToArray();
            var least = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(60);
            var expected = new long[deltas.Length];
            var last = 5L;
            for (var i = 0; i < deltas.Length; i++)
                expected[i] = last = unchecked(last + least + (long)deltas[i]);
            var packed = new byte[256 * width / 8 + 100];
            var length = BitPacking.Pack(deltas, width, packed);
            foreach (var (count, slack) in ((int, int)[])[(256, 0), (256, 1), (256, 63), (256, 64), (256, 90), (255, 0), (250, 90), (33, 3), (8, 60), (7, 90), (1, 0), (0, 0)])
            {
                var target = new long[count];
                Assert.Equal(count == 0 ? 5 : expected[count - 1], DeltaKernel.Accumulate(target, packed.AsSpan(0, length + slack), width, least, 5));
                Assert.Equal(expected[..count], target);
            }

            // The path of processors without AVX-512.
            var scalar = new long[256];
            if (width is > 0 and <= 57)
            {
                DeltaKernel.Scalars(scalar, packed, width, least, 5);
                Assert.Equal(expected, scalar);
            }
        }
    }

    [Fact]
    public void Runs_and_groups_come_back()
    {
        var run = from value in Gen.Choose(0, 5) from length in Gen.Frequency((3, Gen.Choose(1, 4)), (1, Gen.Choose(5, 40)), (1, Gen.Choose(100, 400))) select Enumerable.Repeat(value, length);
        Prop.ForAll(run.ArrayOf().Select(r => r.SelectMany(x => x).ToArray()).ToArbitrary(), values =>
        {
            foreach (var width in (int[])[3, 8, 17, 32])
            {
                using var buffer = new GrowBuffer();
                RleHybrid.Encode(values, width, buffer);
                var read = new int[values.Length];
                RleHybrid.Decode(buffer.Written, width, read, 0);
                Assert.Equal(values, read);
            }

            using var bits = new GrowBuffer();
            RleHybrid.Encode([.. values.Select(v => v & 1)], 1, bits);
            var flags = new bool[values.Length];
            RleHybrid.DecodeBits(bits.Written, flags, 0);
            Assert.Equal(values.Select(v => (v & 1) == 1), flags);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Theory]
    [InlineData(128, 4)]
    [InlineData(128, 1)]
    [InlineData(256, 8)]
    [InlineData(2048, 8)]
    [InlineData(1024, 4)]
    [InlineData(4096, 2)]
    public void Deltas_of_other_block_sizes_are_read(int blockValues, int miniblocks)
    {
        foreach (var size in (int[])[0, 1, 2, 33, 128, 129, 130, 1000, 2049, 5000])
        {
            foreach (var (name, values) in NumberRoundTripTests.Patterns(size))
            {
                var read = new long[size];
                var encoded = SlowDelta.Encode(values, blockValues, miniblocks);
                Assert.Equal(encoded.Length, DeltaDecoder.Decode(encoded, read, narrow: false, 0));
                Assert.True(values.AsSpan().SequenceEqual(read), $"{name} of {size}");
            }
        }
    }

    [Fact]
    public void Our_deltas_are_what_the_slow_encoder_writes()
    {
        foreach (var size in (int[])[0, 1, 2, 33, 128, 129, 130, 1000, 2049])
        {
            foreach (var (_, values) in NumberRoundTripTests.Patterns(size))
            {
                using var buffer = new GrowBuffer();
                DeltaEncoder.Encode(values, narrow: false, buffer);
                Assert.Equal(SlowDelta.Encode(values, 128, 4, unusedWidth: 0), buffer.Written.ToArray());
            }
        }
    }

    [Fact]
    public void Damaged_deltas_are_refused()
    {
        using var buffer = new GrowBuffer();
        DeltaEncoder.Encode([.. Enumerable.Range(0, 500).Select(i => i * i % 977L)], narrow: false, buffer);
        var bytes = buffer.Written.ToArray();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<ParquetException>(() => DeltaDecoder.Decode(bytes.AsSpan(0, length), new long[500], false, 0));
        foreach (var header in (byte[][])[[0, 4, 1, 0], [100, 4, 1, 0], [128, 1, 0, 1, 0], [128, 1, 3, 1, 0], [128, 1, 8, 1, 0], [128, 1, 4, 2, 0], [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]])
            Assert.Throws<ParquetException>(() => DeltaDecoder.Decode(header, new long[1], false, 0));
    }

    [Fact]
    public void Crc_is_the_one_of_gzip()
    {
        Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));
        Assert.Equal(0u, Crc32.Compute([]));
        var random = new Random(5);
        for (var length = 0; length < 700; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var slow = uint.MaxValue;
            foreach (var b in bytes)
            {
                slow ^= b;
                for (var bit = 0; bit < 8; bit++)
                    slow = (slow >> 1) ^ ((slow & 1) * 0xEDB88320u);
            }

            Assert.Equal(~slow, Crc32.Compute(bytes));
            // The path of processors without carry-less multiplication.
            Assert.Equal(slow, Crc32.UpdateByTables(uint.MaxValue, bytes));
        }
    }

    [Fact]
    public void Big_endian_integers_are_read_when_they_fit()
    {
        foreach (var value in (long[])[0, 1, -1, 255, -256, long.MaxValue, long.MinValue, 1L << 40])
        {
            foreach (var length in (int[])[8, 9, 16])
            {
                var bytes = new byte[length];
                BigEndianInteger.Write(bytes, value);
                Assert.True(BigEndianInteger.TryRead(bytes, out var read));
                Assert.Equal(value, read);
            }
        }

        Assert.True(BigEndianInteger.TryRead([0xFF, 0x00], out var small));
        Assert.Equal(-256, small);
        Assert.True(BigEndianInteger.TryRead([], out var none));
        Assert.Equal(0, none);
        Assert.False(BigEndianInteger.TryRead([0, 0x80, 0, 0, 0, 0, 0, 0, 0], out _));
        Assert.False(BigEndianInteger.TryRead([0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0], out _));
        Assert.False(BigEndianInteger.TryRead([1, 0, 0, 0, 0, 0, 0, 0, 0], out _));
    }

    [Fact]
    public void Snappy_blocks_of_another_encoder_are_unpacked()
    {
        var random = new Random(9);
        for (var round = 0; round < 300; round++)
        {
            var text = new StringBuilder();
            while (text.Length < round * 40)
                text.Append(random.Next(3) == 0 ? $"{random.NextInt64()}" : text.ToString(Math.Max(0, text.Length - 50), Math.Min(text.Length, random.Next(1, 40))));
            var bytes = Encoding.ASCII.GetBytes(text.ToString());
            if (bytes.Length == 0)
                continue;
            var block = IronSnappy.Snappy.Encode(bytes);
            Assert.Equal(bytes.Length, SnappyDecoder.ReadSize(block, out var header));
            var target = new byte[bytes.Length];
            Assert.True(SnappyDecoder.TryDecode(block.AsSpan(header), target));
            Assert.Equal(bytes, target);
            Assert.False(SnappyDecoder.TryDecode(block.AsSpan(header), new byte[bytes.Length + 1]));
            Assert.False(SnappyDecoder.TryDecode(block.AsSpan(header), new byte[bytes.Length - 1]));
        }
    }
}
