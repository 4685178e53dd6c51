using System.Buffers.Binary;
using System.Diagnostics;

namespace TraderData.Parquet.Tests;

/// <summary>Footers made by hand to hurt: each is refused quickly and without much memory.</summary>
public class HostileFooterTests
{
    [Fact]
    public void Huge_counts_are_refused()
    {
        foreach (var count in (long[])[100, 1 << 20, int.MaxValue, uint.MaxValue, long.MaxValue, -1])
        {
            RequireRefused(w => w.BeginList(2, CompactType.Struct, count));
            RequireRefused(w => { Schema(w); w.BeginList(4, CompactType.Struct, count); });
            RequireRefused(w => { Schema(w); w.BeginList(5, CompactType.Struct, count); });
            RequireRefused(w => { Schema(w); w.BeginList(40, CompactType.List, count); });
        }
    }

    [Theory]
    [InlineData(-1, 8, 4)]
    [InlineData(long.MaxValue, 8, 4)]
    [InlineData(1 << 30, 8, 4)]
    [InlineData(1, -8, 4)]
    [InlineData(1, long.MaxValue, 4)]
    [InlineData(1, 8, -4)]
    [InlineData(1, 8, long.MaxValue)]
    [InlineData(1, 8, 0)]
    [InlineData(1, 500, 4)]
    public void Sizes_outside_the_file_are_refused(long rows, long bytes, long offset) =>
        RequireRefused(w => { Schema(w, rows); Groups(w, (rows, bytes, offset)); });

    [Fact]
    public void A_sound_footer_made_the_same_way_is_read()
    {
        var footer = new ParquetReader(FileOf(w => { Schema(w, 2); Groups(w, (1, 8, 4), (1, 8, 12)); })).Footer;
        Assert.Equal([4L, 12L], footer.RowGroups.Select(g => g.Chunks[0].Offset));
    }

    [Fact]
    public void Overlapping_chunks_are_refused() => RequireRefused(w => { Schema(w, 2); Groups(w, (1, 8, 4), (1, 8, 8)); });

    [Fact]
    public void Row_counts_that_disagree_are_refused() => RequireRefused(w => { Schema(w, 7); Groups(w, (1, 8, 4)); });

    [Theory]
    [InlineData(new byte[] { 12, 80 }, new byte[] { 0x1C })]
    [InlineData(new byte[] { 9, 80 }, new byte[] { 0x19 })]
    [InlineData(new byte[] { 11, 80 }, new byte[] { 1, 0xBB })]
    public void Deep_nesting_is_refused(byte[] field, byte[] opening)
    {
        // An unknown field 40 (a struct, a list, a map) that opens another of its kind again and again.
        byte[] nested = [.. field, .. Enumerable.Repeat(opening, 200_000).SelectMany(b => b)];
        RequireRefused(() => new ParquetReader(FileOf(nested)));
    }

    [Fact]
    public void Schemas_whose_groups_lie_are_refused()
    {
        foreach (var children in (int[])[0, 2, 1000, int.MaxValue, -1])
        {
            RequireRefused(w =>
            {
                w.BeginList(2, CompactType.Struct, 2);
                Element(w, null, children);
                Element(w, PhysicalType.Int64, null);
                w.Int64(3, 0);
            });
        }

        // Groups inside groups, without end.
        RequireRefused(w =>
        {
            w.BeginList(2, CompactType.Struct, 10_000);
            for (var i = 0; i < 10_000; i++)
                Element(w, null, 1);
            w.Int64(3, 0);
        });
    }

    [Fact]
    public void Fields_of_another_type_are_refused()
    {
        RequireRefused(w => w.Int32(2, 5));
        RequireRefused(w => { Schema(w); w.Int32(3, 5); });
        RequireRefused(w => { Schema(w); w.Text(4, "x"); });
        RequireRefused(w => { Schema(w); w.Int32(6, 5); });
    }

    [Fact]
    public void A_page_that_unpacks_too_far_is_refused_before_it_is_unpacked()
    {
        var zeros = new long[1 << 20];
        var file = Files.WriteNumbers(ParquetColumn.Int64("x") with { Encoding = ParquetEncoding.Plain }, zeros, new() { Compression = ParquetCompression.Gzip, PageRows = 1 << 20 });
        Assert.Equal(zeros, Files.ReadNumbers(file));

        foreach (var limits in (ParquetLimits[])[new() { MaxPageBytes = 1 << 20 }, new() { MaxCompressionRatio = 100 }])
        {
            var reader = new ParquetReader(file, limits);
            var target = new long[1 << 20];
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<ParquetException>(() => reader.ReadInt64(0, 0, target));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }

        Assert.Throws<ParquetException>(() => new ParquetReader(file, new() { MaxRowGroupRows = 1000 }));
        Assert.Throws<ParquetException>(() => new ParquetReader(file, new() { MaxRowsAtOnce = 1000 }).ReadInt64("x"));
        Assert.Throws<ParquetException>(() => new ParquetReader(file, new() { MaxFooterBytes = 10 }));
    }

    private static void Schema(CompactWriter writer, long rows = 0)
    {
        writer.BeginList(2, CompactType.Struct, 2);
        Element(writer, null, 1);
        Element(writer, PhysicalType.Int64, null);
        writer.Int64(3, rows);
    }

    private static void Element(CompactWriter writer, PhysicalType? type, int? children)
    {
        writer.BeginElement();
        if (type is { } physical)
            writer.Int32(1, (int)physical);
        writer.Int32(3, 0);
        writer.Text(4, "x");
        if (children is { } count)
            writer.Int32(5, count);
        writer.End();
    }

    private static void Groups(CompactWriter writer, params (long Rows, long Bytes, long Offset)[] groups)
    {
        writer.BeginList(4, CompactType.Struct, groups.Length);
        foreach (var (rows, bytes, offset) in groups)
        {
            writer.BeginElement();
            writer.BeginList(1, CompactType.Struct, 1);
            writer.BeginElement();
            writer.Int64(2, 0);
            writer.BeginStruct(3);
            writer.Int32(1, (int)PhysicalType.Int64);
            writer.Int32(4, 0);
            writer.Int64(5, rows);
            writer.Int64(7, bytes);
            writer.Int64(9, offset);
            writer.End();
            writer.End();
            writer.Int64(3, rows);
            writer.End();
        }
    }

    private static void RequireRefused(Action<CompactWriter> fields) => RequireRefused(() => new ParquetReader(FileOf(fields)));

    private static byte[] FileOf(Action<CompactWriter> fields)
    {
        using var buffer = new GrowBuffer();
        var writer = new CompactWriter(buffer);
        writer.BeginElement();
        writer.Int32(1, 1);
        fields(writer);
        writer.End();
        return FileOf(buffer.Written);
    }

    private static byte[] FileOf(ReadOnlySpan<byte> footer)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        return [.. "PAR1"u8, .. new byte[16], .. footer, .. length, .. "PAR1"u8];
    }

    private static void RequireRefused(Func<ParquetReader> open)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        Assert.Throws<ParquetException>(open);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
    }
}
