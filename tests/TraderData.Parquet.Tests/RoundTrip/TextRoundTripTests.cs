using FsCheck;
using FsCheck.Fluent;

namespace TraderData.Parquet.Tests;

public class TextRoundTripTests
{
    [Theory]
    [InlineData(ParquetEncoding.Plain, ParquetCompression.None)]
    [InlineData(ParquetEncoding.Dictionary, ParquetCompression.None)]
    [InlineData(ParquetEncoding.Plain, ParquetCompression.Gzip)]
    [InlineData(ParquetEncoding.Dictionary, ParquetCompression.Snappy)]
    public void Any_texts_come_back(ParquetEncoding encoding, ParquetCompression compression)
    {
        ParquetSchema schema = new(ParquetColumn.Utf8("x", optional: true) with { Encoding = encoding });
        var text = Gen.Elements<string?>(null, "", "a", "BTCUSDT", "ETH/USD", "é€😀", new string('x', 300), "币安人生USDT");
        Prop.ForAll(text.ArrayOf().ToArbitrary(), values =>
        {
            var file = Files.Write(schema, new() { Compression = compression, PageRows = 50 }, w => w.WriteColumn(values));
            return values.SequenceEqual(new ParquetReader(file).ReadText("x"));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(400));
    }

    [Fact]
    public void More_distinct_texts_than_a_dictionary_holds_come_back()
    {
        string?[] values = [.. Enumerable.Range(0, 70_000).Select(i => $"text {i}")];
        var file = Files.Write(new ParquetSchema(ParquetColumn.Utf8("x")), null, w => w.WriteColumn(values));
        Assert.Equal(values, new ParquetReader(file).ReadText("x"));
        var statistics = new ParquetReader(file).Footer.RowGroups[0].Chunks[0].Statistics;
        Assert.Equal(("text 0", "text 9999"), (statistics.MinText, statistics.MaxText));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused() =>
        Assert.Throws<ArgumentException>(() => Files.Write(new ParquetSchema(ParquetColumn.Utf8("x")), null, w => w.WriteColumn((string?[])["\ud800"])));
}
