using TraderData.Testing;

namespace TraderData.Parquet.Tests;

public class DuckDbReadsOursTests(DuckDb duckDb)
{
    private static readonly string?[] s_texts = ["BTCUSDT", null, "é ü €", ""];

    public static TheoryData<ParquetCompression, ParquetEncoding> Forms => new MatrixTheoryData<ParquetCompression, ParquetEncoding>(
        Enum.GetValues<ParquetCompression>(), Enum.GetValues<ParquetEncoding>().Where(e => e != ParquetEncoding.ByteStreamSplit));

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Duckdb_reads_our_values_types_and_nulls(ParquetCompression compression, ParquetEncoding encoding)
    {
        using var folder = new TempFolder();
        var path = folder.File("ours.parquet");
        ParquetSchema schema = new(
            ParquetColumn.TimestampMillis("t") with { Encoding = encoding },
            ParquetColumn.TimestampMicros("u", optional: true) with { Encoding = encoding },
            ParquetColumn.Decimal("price", 18, 2) with { Encoding = encoding },
            ParquetColumn.Decimal("volume", 18, 8, optional: true) with { Encoding = encoding },
            ParquetColumn.Int64("trades", optional: true) with { Encoding = encoding },
            ParquetColumn.Int32("small") with { Encoding = encoding },
            ParquetColumn.Utf8("venue", optional: true) with { Encoding = encoding == ParquetEncoding.Dictionary ? encoding : ParquetEncoding.Plain },
            ParquetColumn.Decimal("wide", 19, 3));
        long[] t = [0, 60_000, 1_763_720_000_123, -1], u = [1, long.MinValue, -5, 1_763_720_000_123_456], price = [1, -4215050, 999_999_999_999_999_999, 0];
        long[] volume = [long.MinValue, 123456789, 1, -1], trades = [long.MaxValue, long.MinValue + 1, 0, long.MinValue], small = [int.MaxValue, int.MinValue, 0, 7];
        long[] wide = [long.MaxValue, -long.MaxValue, 0, 1];
        await File.WriteAllBytesAsync(path, Files.Write(schema, new() { Compression = compression }, w =>
        {
            foreach (var column in (long[][])[t, u, price, volume, trades, small])
                w.WriteColumn(column);
            w.WriteColumn(s_texts);
            w.WriteColumn(wide);
        }));

        var types = await duckDb.QueryAsync($"DESCRIBE FROM '{path}'");
        Assert.Equal(
            ["TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE", "DECIMAL(18,2)", "DECIMAL(18,8)", "BIGINT", "INTEGER", "VARCHAR", "DECIMAL(19,3)"],
            types.Select(r => r[1]));
        var rows = await duckDb.QueryAsync($"SELECT epoch_ms(t)::VARCHAR, epoch_us(u)::VARCHAR, price::VARCHAR, volume::VARCHAR, trades::VARCHAR, small::VARCHAR, venue, wide::VARCHAR FROM '{path}'");
        Assert.Equal((string?[][])
        [
            ["0", "1", "0.01", null, "9223372036854775807", "2147483647", "BTCUSDT", "9223372036854775.807"],
            ["60000", null, "-42150.50", "1.23456789", "-9223372036854775807", "-2147483648", null, "-9223372036854775.807"],
            ["1763720000123", "-5", "9999999999999999.99", "0.00000001", "0", "0", "é ü €", "0.000"],
            ["-1", "1763720000123456", "0.00", "-0.00000001", null, "7", "", "0.001"],
        ], rows);
    }

    [Fact]
    public async Task Duckdb_reads_decimals_that_were_given_with_fewer_digits_behind_the_point()
    {
        using var folder = new TempFolder();
        var path = folder.File("ours.parquet");
        long[] values = [999_999_999_999_999_999, -999_999_999_999_999_999, 1, 0, -1, long.MinValue], small = [12, -12, 1, 0, -1, long.MinValue];
        ParquetSchema schema = new(
            ParquetColumn.Decimal("most", 38, 20, optional: true), ParquetColumn.Decimal("twenty", 20, 2, optional: true), ParquetColumn.Decimal("nine", 19, 3, optional: true),
            ParquetColumn.Decimal("narrow", 18, 4, optional: true));
        await File.WriteAllBytesAsync(path, Files.Write(schema, new() { PageRows = 4 }, w =>
        {
            w.WriteColumn(values, 0);
            w.WriteColumn(values, 2);
            w.WriteColumn(values, 2);
            w.WriteColumn(small, 1);
        }));

        Assert.Equal(["DECIMAL(38,20)", "DECIMAL(20,2)", "DECIMAL(19,3)", "DECIMAL(18,4)"], (await duckDb.QueryAsync($"DESCRIBE FROM '{path}'")).Select(r => r[1]));
        Assert.Equal((string?[][])
        [
            ["999999999999999999.00000000000000000000", "9999999999999999.99", "9999999999999999.990", "1.2000"],
            ["-999999999999999999.00000000000000000000", "-9999999999999999.99", "-9999999999999999.990", "-1.2000"],
            ["1.00000000000000000000", "0.01", "0.010", "0.1000"],
            ["0.00000000000000000000", "0.00", "0.000", "0.0000"],
            ["-1.00000000000000000000", "-0.01", "-0.010", "-0.1000"],
            [null, null, null, null],
        ], await duckDb.QueryAsync($"SELECT most::VARCHAR, twenty::VARCHAR, nine::VARCHAR, narrow::VARCHAR FROM '{path}'"));
        // The bounds in the footer are of what is written.
        Assert.Equal("1", (await duckDb.QueryAsync($"SELECT count(*)::VARCHAR FROM '{path}' WHERE most > 999999999999999998"))[0][0]);
    }

    [Theory]
    [InlineData(18, 2, 0, 10_000_000_000_000_000)]
    [InlineData(18, 18, 0, 10)]
    [InlineData(38, 38, 0, 1)]
    [InlineData(38, 30, 0, -100_000_000)]
    public void Decimal_that_does_not_fit_with_the_digits_that_are_added_is_refused(int precision, int scale, int given, long value)
    {
        var e = Assert.Throws<ArgumentException>(() => Files.Write(new(ParquetColumn.Decimal("x", precision, scale)), new(), w => w.WriteColumn([value], given)));

        Assert.Contains("column x (Decimal of", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Duckdb_reads_many_pages_and_row_groups(ParquetCompression compression, ParquetEncoding encoding)
    {
        using var folder = new TempFolder();
        var path = folder.File("ours.parquet");
        var random = new Random(7);
        var values = Enumerable.Range(0, 10_000).Select(i => i % 11 == 0 ? long.MinValue : random.NextInt64(-1L << (i % 60), 1L << (i % 60))).ToArray();
        ParquetSchema schema = new(ParquetColumn.Int64("i"), ParquetColumn.Int64("x", optional: true) with { Encoding = encoding });
        await File.WriteAllBytesAsync(path, Files.Write(schema, new() { Compression = compression, PageRows = 999 }, w =>
        {
            for (var from = 0; from < values.Length; from += 4000)
            {
                var part = values.AsSpan(from, Math.Min(4000, values.Length - from));
                w.WriteColumn([.. Enumerable.Range(from, part.Length).Select(i => (long)i)]);
                w.WriteColumn(part);
            }
        }));

        var rows = await duckDb.QueryAsync($"SELECT x::VARCHAR FROM '{path}' ORDER BY i");
        Assert.Equal(values.Select(v => v == long.MinValue ? null : $"{v}"), rows.Select(r => r[0]));
    }

    [Theory]
    [InlineData(ParquetEncoding.Plain)]
    [InlineData(ParquetEncoding.ByteStreamSplit)]
    public async Task Duckdb_reads_doubles_with_their_nulls_and_bounds(ParquetEncoding encoding)
    {
        using var folder = new TempFolder();
        var path = folder.File("ours.parquet");
        double[] x = [0.1, double.NaN, -0.0, 1e-300, -1.7976931348623157E308, 0.0, double.PositiveInfinity, 5e-324], y = [-1, -2.5, 3, 4, 5, 6, 7, 8];
        ParquetSchema schema = new(ParquetColumn.Double("x", optional: true) with { Encoding = encoding }, ParquetColumn.Double("y") with { Encoding = encoding });
        await File.WriteAllBytesAsync(path, Files.Write(schema, new() { PageRows = 3 }, w =>
        {
            w.WriteColumn(x);
            w.WriteColumn(y);
        }));

        var rows = await duckDb.QueryAsync($"SELECT x::VARCHAR, y::VARCHAR FROM '{path}'");
        Assert.Equal(["0.1", null, "-0.0", "1e-300", "-1.7976931348623157e+308", "0.0", "inf", "5e-324"], rows.Select(r => r[0]));
        Assert.Equal(["-1.0", "-2.5", "3.0", "4.0", "5.0", "6.0", "7.0", "8.0"], rows.Select(r => r[1]));
        Assert.Equal(["DOUBLE", "DOUBLE"], (await duckDb.QueryAsync($"DESCRIBE FROM '{path}'")).Select(r => r[1]));
        // What a reader leaves out by the bounds, no reader finds.
        Assert.Equal("2", (await duckDb.QueryAsync($"SELECT count(*)::VARCHAR FROM '{path}' WHERE x = 0"))[0][0]);
        Assert.Equal("1", (await duckDb.QueryAsync($"SELECT count(*)::VARCHAR FROM '{path}' WHERE y < -2"))[0][0]);
    }

    [Fact]
    public async Task Duckdb_refuses_byte_stream_split_integers()
    {
        using var folder = new TempFolder();
        var path = folder.File("ours.parquet");
        await File.WriteAllBytesAsync(path, Files.WriteNumbers(ParquetColumn.Int64("x") with { Encoding = ParquetEncoding.ByteStreamSplit }, [1, 2, 3]));

        // The format has allowed it for integers since 2.11. When this fails, DuckDB has learned it, and the encoding's documentation can say so.
        var error = await Assert.ThrowsAsync<TestServerException>(() => duckDb.QueryAsync($"SELECT x FROM '{path}'"));
        Assert.Contains("BYTE_STREAM_SPLIT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duckdb_sees_our_statistics_and_key_values()
    {
        using var folder = new TempFolder();
        var path = folder.File("ours.parquet");
        await File.WriteAllBytesAsync(path, Files.Sample());

        var statistics = await duckDb.QueryAsync(
            $"SELECT row_group_id, path_in_schema, stats_min_value, stats_max_value, stats_null_count::VARCHAR, num_values::VARCHAR FROM parquet_metadata('{path}') WHERE row_group_id = 0");
        Assert.Equal((string?[][])
        [
            ["0", "timestamp", "2023-11-14 22:13:20+00", "2023-11-14 22:52:20+00", "0", "40"],
            ["0", "price", "42150.50", "42151.50", "0", "40"],
            ["0", "volume", "0", "48148147749", "6", "40"],
            ["0", "trades", "0", "2", "8", "40"],
            ["0", "venue", "venue 0", "venue 2", "10", "40"],
            ["0", "wide", "922337203685477.5768", "922337203685477.5807", "0", "40"],
        ], statistics);
        var pairs = await duckDb.QueryAsync($"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')");
        Assert.Equal((string?[][])[["series", "binance/BTCUSDT/1m"], ["rows", "é"]], pairs);
        var file = await duckDb.QueryAsync($"SELECT created_by, num_rows::VARCHAR, num_row_groups::VARCHAR FROM parquet_file_metadata('{path}')");
        Assert.Equal((string?[][])[["trader-data", "80", "2"]], file);
        var filtered = await duckDb.QueryAsync($"SELECT count(*)::VARCHAR FROM '{path}' WHERE timestamp >= TIMESTAMPTZ '2023-11-14 23:00:20+00' AND price > 42151");
        Assert.NotEqual("0", filtered[0][0]);
    }

    [Fact]
    public async Task Duckdb_reads_a_hive_tree_of_our_files()
    {
        using var folder = new TempFolder();
        foreach (var (symbol, month, first) in ((string, string, long)[])[("BTCUSDT", "2026-10", 0), ("BTCUSDT", "2026-11", 100), ("ETHUSDT", "2026-11", 1000)])
        {
            var path = folder.File($"source=binance/symbol={symbol}/timeframe=1m/{month}.parquet");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, Files.WriteNumbers(ParquetColumn.Decimal("close", 18, 2), [first, first + 1]), TestContext.Current.CancellationToken);
        }

        var rows = await duckDb.QueryAsync(
            $"SELECT symbol, timeframe, sum(close)::VARCHAR FROM read_parquet('{folder.File("**/*.parquet")}', hive_partitioning = true) GROUP BY ALL ORDER BY symbol",
            TestContext.Current.CancellationToken);
        Assert.Equal((string?[][])[["BTCUSDT", "1m", "2.02"], ["ETHUSDT", "1m", "20.01"]], rows);
    }

    [Fact]
    public async Task Duckdb_reads_a_file_without_rows()
    {
        using var folder = new TempFolder();
        var path = folder.File("empty.parquet");
        await File.WriteAllBytesAsync(path, Files.Write(new ParquetSchema(ParquetColumn.Int64("x")), null, w => w.WriteColumn(ReadOnlySpan<long>.Empty)));

        Assert.Equal("0", (await duckDb.QueryAsync($"SELECT count(*)::VARCHAR FROM '{path}'"))[0][0]);
        Assert.Empty(Files.ReadNumbers(await File.ReadAllBytesAsync(path)));
    }
}
