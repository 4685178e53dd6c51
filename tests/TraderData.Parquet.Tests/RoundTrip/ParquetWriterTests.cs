namespace TraderData.Parquet.Tests;

public class ParquetWriterTests
{
    private static readonly ParquetSchema s_two = new(ParquetColumn.Int64("a"), ParquetColumn.Utf8("b"));

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        foreach (var compression in Enum.GetValues<ParquetCompression>())
            Assert.Equal(Files.Sample(compression), Files.Sample(compression));
    }

    [Fact]
    public void Key_values_row_groups_and_schema_come_back()
    {
        var footer = new ParquetReader(Files.Sample()).Footer;

        Assert.Equal([new("series", "binance/BTCUSDT/1m"), new("rows", "é")], footer.KeyValues);
        Assert.Equal("trader-data", footer.CreatedBy);
        Assert.Equal([(40, 0L), (40, 40L)], footer.RowGroups.Select(g => (g.Rows, g.FirstRow)));
        Assert.Equal(
            [("timestamp", ParquetKind.TimestampMillis, false), ("price", ParquetKind.Decimal, false), ("volume", ParquetKind.Int64, true), ("trades", ParquetKind.Int32, true), ("venue", ParquetKind.Utf8, true), ("wide", ParquetKind.Decimal, false)],
            footer.Schema.Columns.Select(c => (c.Name, c.Kind, c.Optional)));
        Assert.Equal((18, 2), (footer.Schema.Columns[1].Precision, footer.Schema.Columns[1].Scale));
        Assert.Null(footer.FindValue("absent"));
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Files.Write(new ParquetSchema(), null, _ => { }));
        Assert.Throws<ArgumentException>(() => Files.Write(new ParquetSchema(ParquetColumn.Int64("a"), ParquetColumn.Int32("a")), null, _ => { }));
        Assert.Throws<ArgumentException>(() => Files.Write(new ParquetSchema(new ParquetColumn("a", ParquetKind.Boolean)), null, _ => { }));
        Assert.Throws<ArgumentException>(() => Files.Write(new ParquetSchema(ParquetColumn.Int64("a") with { Kind = ParquetKind.Utf8 }), null, _ => { }));
        Assert.Throws<ArgumentException>(() => Files.Write(new ParquetSchema(ParquetColumn.Decimal("a", 9, 2) with { Scale = 10 }), null, _ => { }));
        Assert.Throws<ArgumentException>(() => Files.Write(new ParquetSchema(ParquetColumn.TimestampMillis("a") with { IsUtc = false }), null, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParquetColumn.Decimal("a", 39, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParquetColumn.Decimal("a", 5, 6));
        Assert.Throws<InvalidOperationException>(() => Files.Write(s_two, null, w => w.WriteColumn((string?[])["a"])));
        Assert.Throws<InvalidOperationException>(() => Files.Write(s_two, null, w => w.WriteColumn([1])));
        Assert.Throws<ArgumentException>(() => Files.Write(s_two, null, w => { w.WriteColumn([1]); w.WriteColumn((string?[])["a", "b"]); }));
        Assert.Throws<ArgumentException>(() => Files.Write(s_two, null, w => w.WriteColumn([1, long.MinValue])));
        Assert.Throws<ArgumentException>(() => Files.Write(s_two, null, w => { w.WriteColumn([1]); w.WriteColumn((string?[])[null]); }));
        Assert.Throws<InvalidOperationException>(() => Files.Write(s_two, null, w => { w.Finish(); w.WriteColumn([1]); }));
    }

    [Theory]
    [InlineData(1, 9, 10)]
    [InlineData(18, 999_999_999_999_999_999, 1_000_000_000_000_000_000)]
    [InlineData(18, -999_999_999_999_999_999, -1_000_000_000_000_000_000)]
    public void Decimals_beyond_their_precision_are_refused(int precision, long largest, long tooLarge)
    {
        Assert.Equal([largest], Files.ReadNumbers(Files.WriteNumbers(ParquetColumn.Decimal("x", precision, 0), [largest])));
        var error = Assert.Throws<ArgumentException>(() => Files.WriteNumbers(ParquetColumn.Decimal("x", precision, 0), [0, tooLarge]));
        Assert.Contains($"{tooLarge}, at value 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_takes_the_same_bytes_as_a_buffer()
    {
        using var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, new ParquetSchema(ParquetColumn.Int64("x"))))
        {
            writer.WriteColumn([1, 2, 3]);
            writer.WriteColumn([4]);
            writer.Finish();
        }

        Assert.Equal(Files.Write(new ParquetSchema(ParquetColumn.Int64("x")), null, w => { w.WriteColumn([1, 2, 3]); w.WriteColumn([4]); }), stream.ToArray());
    }
}
