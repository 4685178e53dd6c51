using System.Security.Cryptography;
using System.Text.Json;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Rounds.Tests;

/// <summary>The bytes of a round, and that foreign readers find the same in both forms.</summary>
public sealed class RoundFilesTests(DuckDb duckDb)
{
    private static HeldBars Bars => new HeldBars()
        .With(Made.Btc, Made.Cut(Made.Walk(1, 400, isGap: i => i is 100 or 101 or 290), 1))
        .With(new Series("alpaca", "BTC/USD", Timeframe.H1), Made.Cut(Made.Walk(2, 400), 2));

    private static RoundSpec Spec => Made.Spec("\"binance:BTCUSDT\", \"alpaca:BTC/USD\"", "\"1h\", \"4h\"", ", \"description\": \"Two symbols, for tests\", \"embargo_bars\": 15, \"features\": [\"log_return\", \"atr_14\", \"hour\"]");

    public static TheoryData<string> Golden => new("train.csv", "validation.csv", "test.csv", "quality.json", "README.md", "manifest.json");

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task A_rounds_files_have_the_bytes_of_the_golden_files(string name)
    {
        var (manifest, files) = await Made.BuildAsync(Bars, Spec);
        var text = files.Text($"rounds/{manifest.RoundId}/{name}");
        if (Environment.GetEnvironmentVariable("WRITE_GOLDEN") is { Length: > 0 } folder)
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", name), TestContext.Current.CancellationToken), text);
    }

    [Fact]
    public async Task The_manifest_tells_the_size_rows_times_and_digest_of_every_file()
    {
        var (manifest, files) = await Made.BuildAsync(Bars, Spec);
        using var json = JsonDocument.Parse(files.Content[$"rounds/{manifest.RoundId}/manifest.json"]);

        var told = json.RootElement.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!);
        Assert.Equal(files.Content.Keys.Where(n => !n.EndsWith("manifest.json", StringComparison.Ordinal)).Select(n => n[(n.LastIndexOf('/') + 1)..]).Order(), told.Keys.Order());
        foreach (var (name, file) in told)
        {
            var content = files.Content[$"rounds/{manifest.RoundId}/{name}"];
            Assert.Equal(content.Length, file.GetProperty("size_bytes").GetInt32());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), file.GetProperty("sha256").GetString());
            if (!name.EndsWith(".csv", StringComparison.Ordinal))
                continue;
            var rows = Made.Rows(files, manifest, name);
            Assert.Equal(rows.Count, file.GetProperty("rows").GetInt32());
            Assert.Equal(rows[0].Keys, file.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()!));
            Assert.Equal(TimeText.Iso(rows.Min(r => r.Time())), file.GetProperty("first").GetString());
            Assert.Equal(TimeText.Iso(rows.Max(r => r.Time())), file.GetProperty("last").GetString());
        }
    }

    [Theory]
    [InlineData("train")]
    [InlineData("validation")]
    [InlineData("test")]
    public async Task DuckDB_finds_the_same_rows_in_a_splits_Parquet_as_in_its_csv(string split)
    {
        // All features, and more rows than a row group.
        var series = new Series("binance", "BTCUSDT", Timeframe.M1);
        var bars = new HeldBars().With(series, Made.Walk(4, 150_000, Timeframe.M1, isGap: i => i % 9_000 == 5));
        var spec = Made.Spec(timeframes: "\"1m\"", hours: 2_500);
        using var folder = new TestFolder();
        var (manifest, files) = await Made.BuildAsync(bars, spec);
        foreach (var (name, content) in files.Content)
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, Path.GetFileName(name)), content, TestContext.Current.CancellationToken);
        var (csv, parquet) = (Path.Combine(folder.Path, $"{split}.csv"), Path.Combine(folder.Path, $"{split}.parquet"));
        var columns = manifest.Files.Single(f => f.Name == $"{split}.parquet").Columns;
        // Every value as its type has it; decimals and doubles exactly.
        var typed = string.Join(", ", columns.Select(c => c.Type switch
        {
            "decimal" => $"{c.Name}::DECIMAL(18,{(c.Name == "volume" ? 6 : 2)}) AS {c.Name}",
            "double" => $"{c.Name}::DOUBLE AS {c.Name}",
            "int32" => $"{c.Name}::INTEGER AS {c.Name}",
            "int64" => $"{c.Name}::BIGINT AS {c.Name}",
            _ => c.Name,
        }));
        var fromCsv = $"SELECT {typed} FROM read_csv('{csv}', header=true, all_varchar=true)";
        var fromParquet = $"SELECT * REPLACE (epoch_ms(timestamp)::BIGINT AS timestamp) FROM '{parquet}'";

        var counts = await duckDb.QueryAsync($"SELECT (SELECT count(*) FROM ({fromCsv}))::VARCHAR, (SELECT count(*) FROM (({fromCsv}) EXCEPT ALL ({fromParquet})))::VARCHAR, (SELECT count(*) FROM (({fromParquet}) EXCEPT ALL ({fromCsv})))::VARCHAR");
        var types = await duckDb.QueryAsync($"DESCRIBE FROM '{parquet}'");

        Assert.Equal((string?[])[$"{manifest.Files.Single(f => f.Name == $"{split}.csv").Rows}", "0", "0"], counts[0]);
        Assert.Equal(
            columns.Select(c => (c.Name, c.Type switch { "decimal" => c.Name == "volume" ? "DECIMAL(18,6)" : "DECIMAL(18,2)", "double" => "DOUBLE", "int32" => "INTEGER", "int64" => "TIMESTAMP WITH TIME ZONE", _ => "VARCHAR" })),
            types.Select(t => (t[0]!, t[1]!)));
        // And features.parquet has them with the name of their split.
        var shared = string.Join(", ", columns.Where(c => c.Type is not "decimal" && !c.Name.StartsWith("forward_", StringComparison.Ordinal)).Select(c => c.Name));
        var missing = await duckDb.QueryAsync($"SELECT count(*)::VARCHAR FROM ((SELECT {shared} FROM '{parquet}') EXCEPT ALL (SELECT {shared} FROM '{Path.Combine(folder.Path, "features.parquet")}' WHERE split = '{split}'))");
        Assert.Equal("0", missing[0][0]);
    }

    [Fact]
    public async Task Features_has_every_bar_that_is_held()
    {
        using var folder = new TestFolder();
        var bars = Made.Walk(4, 400);
        var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, bars), Made.Spec());
        var path = Path.Combine(folder.Path, "features.parquet");
        await File.WriteAllBytesAsync(path, files.Content[$"rounds/{manifest.RoundId}/features.parquet"], TestContext.Current.CancellationToken);

        var rows = await duckDb.QueryAsync($"SELECT split, count(*)::VARCHAR FROM '{path}' GROUP BY split ORDER BY split NULLS FIRST");

        // Purged: 3 behind train and validation; embargoed: 34 in front of validation and test.
        Assert.Equal([null, "test", "train", "validation"], rows.Select(r => r[0]));
        Assert.Equal(["74", "46", "237", "43"], rows.Select(r => r[1]));
        Assert.Equal(bars.Count, manifest.Files.Single(f => f.Name == "features.parquet").Rows);
    }

    [Fact]
    public async Task Quality_counts_gaps_restatements_outliers_and_unknown_volumes()
    {
        var builder = new BarBlockBuilder("made");
        for (var i = 0; i < 400; i++)
        {
            var price = i == 200 ? 1_500 : 1_000 + (i % 2);
            if (i is not (50 or 51))
                builder.Add(new Bar(Made.StartMs + (i * 3_600_000L), new(price, 1), new(price, 1), new(price, 1), new(price, 1), i < 7 ? null : new(1, 0), null, null));
        }

        var block = builder.Build();
        var store = new HeldBars().With(Made.Btc, block);
        // One before as_of, one behind it.
        store.Revisions.AddRange([new BarRevision(block.At(3), null, Made.Ms("2024-06-01")), new BarRevision(block.At(4), null, Made.Ms("2025-02-01"))]);
        var (manifest, files) = await Made.BuildAsync(store, Made.Spec());
        using var json = JsonDocument.Parse(files.Content[$"rounds/{manifest.RoundId}/quality.json"]);

        var series = json.RootElement.GetProperty("series")[0];
        Assert.Equal((398, 2, 2, 1, 7, 2), (
            series.GetProperty("rows").GetInt32(), series.GetProperty("missing_bars").GetInt32(), series.GetProperty("causes").GetProperty("pending").GetInt32(),
            series.GetProperty("restatements").GetInt32(), series.GetProperty("unknown_volumes").GetInt32(), series.GetProperty("outlier_count").GetInt32() + 1));
        Assert.Equal("2024-01-09T08:00:00Z", series.GetProperty("outliers")[0].GetProperty("timestamp").GetString());
        Assert.Equal(OutlierList.Rule, json.RootElement.GetProperty("outlier_rule").GetString());
    }

    [Fact]
    public async Task Series_with_many_digits_before_the_point_and_others_with_many_behind_it_stand_in_one_file_exactly()
    {
        using var folder = new TestFolder();
        var store = new HeldBars()
            .With(Made.Btc, Flat(new(9_999_999_999, 4), i => new(i + 1, 8)))
            .With(new Series("binance", "SHIBUSDT", Timeframe.H1), Flat(new(1, 18), i => i == 0 ? null : new(123_456_789_012_345_678 - i, 2)));
        var (manifest, files) = await Made.BuildAsync(store, Made.Spec(universe: "\"binance:BTCUSDT\", \"binance:SHIBUSDT\"", more: ", \"features\": [\"log_return\"]"));
        var path = Path.Combine(folder.Path, "train.parquet");
        await File.WriteAllBytesAsync(path, files.Content[$"rounds/{manifest.RoundId}/train.parquet"], TestContext.Current.CancellationToken);

        var types = await duckDb.QueryAsync($"DESCRIBE FROM '{path}'");
        var rows = await duckDb.QueryAsync($"SELECT symbol, open::VARCHAR, close::VARCHAR, volume::VARCHAR FROM '{path}' ORDER BY symbol, timestamp");

        Assert.Equal((string?[])["DECIMAL(38,18)", "DECIMAL(38,8)"], types.Where(t => t[0] is "open" or "volume").Select(t => t[1]));
        Assert.Equal((string?[])["BTCUSDT", "999999.999900000000000000", "999999.999900000000000000", "0.00000002"], rows[1]);
        var shib = rows.Where(r => r[0] == "SHIBUSDT").ToArray();
        Assert.Equal((string?[])[null, "1234567890123456.77000000", "1234567890123456.76000000"], shib.Take(3).Select(r => r[3]));
        Assert.Equal("0.000000000000000001", shib[0][1]);
        Assert.Equal("1234567890123456.77", Made.Rows(files, manifest, "train.csv").Where(r => r["symbol"] == "SHIBUSDT").ElementAt(1)["volume"]);
    }

    [Fact]
    public async Task Series_whose_own_numbers_have_too_many_digits_is_refused_by_name()
    {
        var (early, late) = (Flat(new(1, 0), _ => new(123_456_789_012_345_678, 0)), Flat(new(1, 0), i => new(i + 1, 2), startMs: Made.StartMs + (400 * 3_600_000L)));

        var e = await Assert.ThrowsAsync<RoundSpecException>(() => Made.BuildAsync(new HeldBars().With(Made.Btc, early, late), Made.Spec(hours: 800)));

        Assert.Equal("volumes of binance:BTCUSDT:1h have more than 18 digits, 2 of them behind the point: put a part of its time into a round of its own", e.Message);
    }

    [Fact]
    public async Task Series_that_are_not_held_are_named_all_at_once()
    {
        var e = await Assert.ThrowsAsync<RoundSpecException>(() => Made.BuildAsync(Bars, Made.Spec(universe: "\"binance:BTCUSDT\", \"binance:NONE\", \"binance:NEITHER\"")));

        Assert.True(e.Faults.Count == 2, e.Message);
        Assert.Contains("binance:NEITHER:1h", e.Faults[0], StringComparison.Ordinal);
        Assert.Contains("trader-data coverage --symbol NONE --timeframe 1h", e.Faults[1], StringComparison.Ordinal);
    }

    private static BarBlock Flat(ScaledDecimal price, Func<int, ScaledDecimal?> volume, long? startMs = null)
    {
        var builder = new BarBlockBuilder("made");
        for (var i = 0; i < 400; i++)
            builder.Add(new Bar((startMs ?? Made.StartMs) + (i * 3_600_000L), price, price, price, price, volume(i), null, null));
        return builder.Build();
    }
}

/// <summary>A folder that is removed with the test.</summary>
public sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("trader-data-rounds-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
