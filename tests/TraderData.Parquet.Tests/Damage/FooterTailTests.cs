namespace TraderData.Parquet.Tests;

public class FooterTailTests
{
    [Fact]
    public void A_footer_is_read_from_the_tail_alone_in_two_steps()
    {
        var file = Files.Sample(rows: 1000);
        Assert.False(ParquetFooter.TryParse([], file.Length, out _, out var needed));
        Assert.Equal(8, needed);
        Assert.False(ParquetFooter.TryParse(file.AsSpan(file.Length - needed), file.Length, out _, out needed));
        Assert.InRange(needed, 9, 2500);
        Assert.True(ParquetFooter.TryParse(file.AsSpan(file.Length - needed), file.Length, out var footer, out _));
        Assert.Equal(2000, footer.Rows);

        // What a caller with ranged reads does next.
        var chunk = footer.RowGroups[1].Chunks[0];
        var target = new long[chunk.Rows];
        chunk.ReadTimestampMillis(file.AsSpan((int)chunk.Offset, chunk.Length), target);
        Assert.Equal(1_700_000_000_000 + 1000 * 60_000L, target[0]);
    }

    [Fact]
    public void Any_tail_gives_the_footer_or_says_what_it_needs()
    {
        var file = Files.Sample();
        ParquetFooter.TryParse(file, file.Length, out _, out var needed);
        for (var length = 0; length <= file.Length; length++)
        {
            var tail = file.AsSpan(file.Length - length);
            var found = ParquetFooter.TryParse(tail, file.Length, out var footer, out var wanted);
            Assert.Equal(length >= needed, found);
            Assert.Equal(found, footer is not null);
            Assert.Equal(length < 8 ? 8 : needed, wanted);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(11)]
    public void A_file_too_short_for_parquet_is_refused(int length) =>
        Assert.Throws<ParquetException>(() => ParquetFooter.TryParse(new byte[length], length, out _, out _));
}
