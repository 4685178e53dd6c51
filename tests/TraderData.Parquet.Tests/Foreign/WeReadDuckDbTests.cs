using TraderData.Testing;

namespace TraderData.Parquet.Tests;

public class WeReadDuckDbTests(DuckDb duckDb)
{
    private const string Select = """
        SELECT i::BIGINT AS i,
          (TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) MINUTE) AS t,
          make_timestamp(i * 1000003::BIGINT) AS local,
          CASE WHEN i % 3 = 0 THEN NULL ELSE (i * 7919 % 10007)::DECIMAL(18,4) / 16 END::DECIMAL(18,4) AS price,
          (i * 31 % 977)::DECIMAL(9,2) AS narrow, (i % 99)::DECIMAL(4,1) AS tiny, (i * 1000003::HUGEINT)::DECIMAL(38,5) AS wide,
          CASE WHEN i % 5 = 0 THEN NULL ELSE i % 10 END::INTEGER AS trades,
          CASE WHEN i % 7 = 0 THEN NULL ELSE 'venue ' || (i % 4) END AS venue, 'unique text ' || i AS text,
          (i % 2 = 0) AS flag, i / 3.0 AS ratio, (hash(i) >> 1)::BIGINT - 4611686018427387904 AS noise, (DATE '2024-01-01' + i::INTEGER) AS day
        FROM (SELECT unnest(range(ROWS))::INTEGER AS i)
        """;

    [Theory]
    [InlineData("", 1)]
    [InlineData("", 1000)]
    [InlineData("", 250_000)]
    [InlineData(", COMPRESSION gzip", 1000)]
    [InlineData(", COMPRESSION uncompressed", 1000)]
    [InlineData(", PARQUET_VERSION v2", 1000)]
    [InlineData(", PARQUET_VERSION v2", 250_000)]
    [InlineData(", PARQUET_VERSION v2, COMPRESSION gzip", 150_000)]
    [InlineData(", PARQUET_VERSION v2, COMPRESSION uncompressed, ROW_GROUP_SIZE 5000", 12_345)]
    public async Task Files_of_duckdb_give_its_values(string options, int rows)
    {
        using var folder = new TempFolder();
        var path = folder.File("duck.parquet");
        const string columns = "epoch_ms(t)::VARCHAR, epoch_us(local)::VARCHAR, (price * 10000)::BIGINT::VARCHAR, (narrow * 100)::BIGINT::VARCHAR, (tiny * 10)::BIGINT::VARCHAR, "
            + "(wide * 100000)::BIGINT::VARCHAR, trades::VARCHAR, venue, text, flag::INT::VARCHAR, noise::VARCHAR, (day - DATE '1970-01-01')::VARCHAR";
        var sql = $"COPY ({Select.Replace("ROWS", $"{rows}", StringComparison.Ordinal)}) TO '{path}' (FORMAT parquet{options})";
        var expected = await duckDb.QueryAsync($"{sql}; SELECT {columns} FROM '{path}'", TestContext.Current.CancellationToken);

        var reader = new ParquetReader(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));

        Assert.Equal(rows, reader.Footer.Rows);
        Assert.Equal(expected.Select(r => r[0]), Times(reader).Select(v => $"{v}"));
        string[] numbers = ["local", "price", "narrow", "tiny", "wide", "trades"];
        for (var i = 0; i < numbers.Length; i++)
            Assert.Equal(expected.Select(r => r[i + 1]), reader.ReadInt64(numbers[i]).Select(Render));
        Assert.Equal(expected.Select(r => r[7]), reader.ReadText("venue"));
        Assert.Equal(expected.Select(r => r[8]), reader.ReadText("text"));
        Assert.Equal(expected.Select(r => r[9]), reader.ReadInt64("flag").Select(Render));
        Assert.Equal(expected.Select(r => r[10]), reader.ReadInt64("noise").Select(Render));
        Assert.Equal(expected.Select(r => r[11]), reader.ReadInt64("day").Select(Render));
    }

    [Fact]
    public async Task A_hive_tree_of_duckdb_is_read()
    {
        using var folder = new TempFolder();
        var root = folder.File("tree");
        await duckDb.ExecuteAsync(
            $"COPY (SELECT i, 'S' || (i % 2) AS symbol FROM range(10) r(i)) TO '{root}' (FORMAT parquet, PARTITION_BY (symbol))", TestContext.Current.CancellationToken);
        for (var symbol = 0; symbol < 2; symbol++)
        {
            var file = Assert.Single(Directory.GetFiles(Path.Combine(root, $"symbol=S{symbol}")));
            Assert.Equal([symbol, symbol + 2, symbol + 4, symbol + 6, symbol + 8], Files.ReadNumbers(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), "i"));
        }
    }

    [Fact]
    public async Task Columns_of_duckdb_have_their_kinds_and_statistics()
    {
        using var folder = new TempFolder();
        var path = folder.File("duck.parquet");
        await duckDb.QueryAsync($"COPY ({Select.Replace("ROWS", "1000", StringComparison.Ordinal)}) TO '{path}' (FORMAT parquet, KV_METADATA {{series: 'a/b', note: 'é'}})");

        var footer = new ParquetReader(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).Footer;

        var kinds = footer.Schema.Columns.ToDictionary(c => c.Name, c => (c.Kind, c.Precision, c.Scale, c.IsUtc));
        Assert.Equal((ParquetKind.TimestampMicros, 0, 0, true), kinds["t"]);
        Assert.Equal((ParquetKind.TimestampMicros, 0, 0, false), kinds["local"]);
        Assert.Equal((ParquetKind.Decimal, 18, 4, true), kinds["price"]);
        Assert.Equal((ParquetKind.Decimal, 38, 5, true), kinds["wide"]);
        Assert.Equal(ParquetKind.Int32, kinds["trades"].Kind);
        Assert.Equal(ParquetKind.Utf8, kinds["venue"].Kind);
        Assert.Equal(ParquetKind.Unsupported, kinds["ratio"].Kind);
        var statistics = footer.RowGroups[0].Chunks.ToDictionary(c => c.Column.Name, c => c.Statistics);
        Assert.Equal((0L, 999L, 0L), (statistics["i"].Min, statistics["i"].Max, statistics["i"].NullCount));
        Assert.Equal(("venue 0", "venue 3", 143L), (statistics["venue"].MinText, statistics["venue"].MaxText, statistics["venue"].NullCount));
        Assert.Equal(999L * 1000003 * 100000, statistics["wide"].Max);
        Assert.Equal("a/b", footer.FindValue("series"));
        Assert.Equal("é", footer.FindValue("note"));
    }

    [Fact]
    public async Task Unsupported_columns_and_codecs_fail_only_when_asked_for()
    {
        using var folder = new TempFolder();
        var path = folder.File("duck.parquet");
        await duckDb.QueryAsync($"COPY (SELECT 1 AS a, 2.5::DOUBLE AS b, [1, 2] AS c, {{'x': 1, 'y': 'z'}} AS d, 12345678901234567890123::DECIMAL(38,0) AS e) TO '{path}'");
        var reader = new ParquetReader(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));

        Assert.Equal([1], reader.ReadInt64("a"));
        foreach (var name in (string[])["b", "c.list.element", "d.x", "e"])
        {
            var error = Assert.Throws<ParquetException>(() => reader.ReadInt64(name));
            Assert.True(error.IsUnsupported);
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }

        await duckDb.QueryAsync($"COPY (SELECT 1 AS a) TO '{path}' (COMPRESSION zstd)");
        var zstd = new ParquetReader(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        var codec = Assert.Throws<ParquetException>(() => zstd.ReadInt64("a"));
        Assert.Contains("ZSTD", codec.Message, StringComparison.Ordinal);
        Assert.True(codec.IsUnsupported);
    }

    [Fact]
    public async Task Timestamps_that_are_no_whole_milliseconds_are_refused()
    {
        using var folder = new TempFolder();
        var path = folder.File("duck.parquet");
        await duckDb.QueryAsync($"COPY (SELECT TIMESTAMP_NS '2024-01-01 00:00:00.001' AS ns, TIMESTAMP '2024-01-01 00:00:00.000001' AS us) TO '{path}'");
        var reader = new ParquetReader(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        var group = reader.Footer.RowGroups[0];
        var target = new long[1];

        group.Chunks[0].ReadTimestampMillis(reader.Bytes(group.Chunks[0]), target);
        Assert.Equal(1_704_067_200_001, target[0]);
        Assert.Throws<ParquetException>(() => group.Chunks[1].ReadTimestampMillis(reader.Bytes(group.Chunks[1]), target));
    }

    private static string? Render(long value) => value == long.MinValue ? null : $"{value}";

    private static long[] Times(ParquetReader reader)
    {
        var target = new long[reader.Footer.Rows];
        foreach (var group in reader.Footer.RowGroups)
        {
            var chunk = group.Chunks[reader.Footer.Schema.IndexOf("t")];
            chunk.ReadTimestampMillis(reader.Bytes(chunk), target.AsSpan((int)group.FirstRow, group.Rows));
        }

        return target;
    }
}
