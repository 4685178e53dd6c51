namespace TraderData.Parquet.Tests;

/// <summary>
/// Files that stay as they are. When ours change, every lake partition written before reads the same but compares different: change them knowingly.
/// What came instead is written beside the test's assembly, in golden-actual. The first of ours are from before there was a page index.
/// DuckDB 1.5.6 wrote its two with: COPY (SELECT i, TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) MINUTE AS t, (i * 37 % 101)::DECIMAL(18,2) AS price,
/// CASE WHEN i % 5 = 0 THEN NULL ELSE i % 3 END AS n, 'venue ' || (i % 3) AS venue FROM range(100) r(i)) TO 'duckdb-v1.parquet' (FORMAT parquet, PARQUET_VERSION v1), and v2.
/// </summary>
public class GoldenFileTests
{
    [Theory]
    [InlineData("ours-none.parquet", ParquetCompression.None)]
    [InlineData("ours-snappy.parquet", ParquetCompression.Snappy)]
    public void Our_bytes_stay_the_same(string name, ParquetCompression compression)
    {
        var golden = Read(name);
        var actual = Files.Sample(compression);
        if (!golden.AsSpan().SequenceEqual(actual))
            File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "golden-actual")).FullName, name), actual);
        Assert.Equal(golden, actual);
        Assert.Equal(Snapshot.Of(golden), Snapshot.Of(Files.Sample(ParquetCompression.Gzip)));
    }

    [Theory]
    [InlineData("ours-none.first.parquet")]
    [InlineData("ours-snappy.first.parquet")]
    public void Our_first_files_are_read(string name)
    {
        var golden = Read(name);
        Assert.False(new ParquetReader(golden).Footer.HasPageIndex);
        Assert.False(ParquetReader.TryOpen(golden.Length, (at, target) => golden.AsSpan((int)at, target.Length).CopyTo(target), out _));
        Assert.Equal(Snapshot.Of(Files.Sample()), Snapshot.Of(golden));
    }

    [Theory]
    [InlineData("duckdb-v1.parquet")]
    [InlineData("duckdb-v2.parquet")]
    public void Files_of_duckdb_are_read(string name)
    {
        var reader = new ParquetReader(Read(name));
        var index = Enumerable.Range(0, 100).Select(i => (long)i).ToArray();

        Assert.Equal(index, reader.ReadInt64("i"));
        Assert.Equal(index.Select(i => 1_704_067_200_000_000 + i * 60_000_000), reader.ReadInt64("t"));
        Assert.Equal(index.Select(i => i * 37 % 101 * 100), reader.ReadInt64("price"));
        Assert.Equal(index.Select(i => i % 5 == 0 ? long.MinValue : i % 3), reader.ReadInt64("n"));
        Assert.Equal(index.Select(i => $"venue {i % 3}"), reader.ReadText("venue"));
    }

    private static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", name));
}
