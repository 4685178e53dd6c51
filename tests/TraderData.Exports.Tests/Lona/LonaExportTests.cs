using System.Text.Json;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Exports.Tests;

public sealed class LonaExportTests : IDisposable
{
    private static readonly LonaLayout Csv = new(LonaFormat.Csv);
    private static readonly StoppedClock Clock = new("2024-06-01T10:30:00Z");
    private readonly string _folder = Directory.CreateTempSubdirectory("lona-").FullName;
    private readonly MemoryFiles _files = new();

    private string Target => Path.Combine(_folder, "bars.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task File_appears_with_its_checksum_and_manifest()
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-02"), Bars.Hours("2024-01-02", "2024-01-03"));
        var result = await RunAsync(held, "2024-01-01", "2024-01-03", ExportTarget.File(Target));
        Assert.True(result.IsComplete);
        Assert.Equal((Target, 48), (result.Location, result.Written!.Rows));
        Assert.Equal(["bars.csv", "bars.csv.manifest.json", "bars.csv.sha256"], Names());
        Assert.Equal($"{result.Written.Sha256}  bars.csv\n", await File.ReadAllTextAsync(Target + ".sha256"));
        Assert.Equal(result.Written.Bytes, new FileInfo(Target).Length);
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Target + ".manifest.json"));
        Assert.Equal(48, manifest.RootElement.GetProperty("rows").GetInt64());
        Assert.Equal("2024-01-02T23:00:00Z", manifest.RootElement.GetProperty("last").GetString());
        Assert.Equal(result.Written.Sha256, manifest.RootElement.GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task Manifest_has_the_bytes_of_the_golden_file()
    {
        var held = new HeldBars(new Series("alpaca", "BTC/USD", Timeframe.H1), Bars.Of("2024-01-01T01:00:00Z 1 1 1 1 ?", "2024-01-01T04:00:00Z 1 1 1 1 2.5"))
        {
            Provenance = new Provenance(AssetClass.Crypto, "us", "raw"),
            Fetched = RangeSet.Of([Bars.Range("2024-01-01T02:00:00Z", "2024-01-02")]),
            Verified = RangeSet.Of([Bars.Range("2024-01-01T02:00:00Z", "2024-01-01T05:00:00Z")]),
        };
        var request = new LonaExportRequest(
            new Series("alpaca", "BTC/USD", Timeframe.H1), Bars.Range("2024-01-01", "2024-01-01T06:00:00Z"), new(LonaFormat.Json, TimeFormat.Iso, true), ExportTarget.Blob);
        var result = await new LonaExport(held, _files, new MemoryBook(), Clock).RunAsync(request, CancellationToken.None);
        const string Name = "exports/lona/alpaca/BTC%2FUSD/1h/20240101_20240101T060000Z.json";
        Assert.Equal(Name, result.Location);
        Assert.Equal([Name, Name + ".sha256", Name + ".manifest.json"], _files.Names);
        var golden = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", "gaps.manifest.json"));
        Assert.Equal(golden, System.Text.Encoding.UTF8.GetString(_files.Content[Name + ".manifest.json"]));
    }

    [Fact]
    public async Task File_that_is_there_is_kept_without_force_and_replaced_with_it()
    {
        await File.WriteAllTextAsync(Target, "mine");
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-02"));
        var e = await Assert.ThrowsAsync<StorageException>(() => RunAsync(held, "2024-01-01", "2024-01-02", ExportTarget.File(Target)));
        Assert.Equal(StorageErrorKind.Refused, e.Kind);
        Assert.Equal("mine", await File.ReadAllTextAsync(Target));
        Assert.Equal(["bars.csv"], Names());
        var result = await RunAsync(held, "2024-01-01", "2024-01-02", ExportTarget.File(Target), force: true);
        Assert.Equal(result.Written!.Bytes, new FileInfo(Target).Length);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/tmp")]
    [InlineData("/tmp/")]
    public async Task Target_that_is_no_plain_file_is_refused_even_with_force(string path)
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-02"));
        var e = await Assert.ThrowsAsync<StorageException>(() => RunAsync(held, "2024-01-01", "2024-01-02", ExportTarget.File(path), force: true));
        Assert.Equal(StorageErrorKind.Refused, e.Kind);
    }

    [Fact]
    public async Task File_in_a_folder_that_is_not_there_is_refused()
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-02"));
        var e = await Assert.ThrowsAsync<StorageException>(
            () => RunAsync(held, "2024-01-01", "2024-01-02", ExportTarget.File(Path.Combine(_folder, "no", "bars.csv"))));
        Assert.Equal(StorageErrorKind.Refused, e.Kind);
    }

    [Fact]
    public async Task Unknown_series_is_named()
    {
        var held = new HeldBars(new Series("binance", "ETHUSDT", Timeframe.H1));
        var e = await Assert.ThrowsAsync<UnknownSeriesException>(() => RunAsync(held, "2024-01-01", "2024-01-02", ExportTarget.File(Target)));
        Assert.Contains("binance:BTCUSDT:1h", e.Message, StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    [Theory]
    [InlineData(OnGap.Warn)]
    [InlineData(OnGap.Fail)]
    public async Task Range_without_bars_is_incomplete_and_leaves_nothing(OnGap onGap)
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-02"));
        using var stream = new MemoryStream();
        foreach (var target in (ExportTarget[])[ExportTarget.File(Target), ExportTarget.Blob, ExportTarget.To(stream)])
        {
            var result = await RunAsync(held, "2023-01-01", "2023-01-02", target, onGap: onGap);
            Assert.True(result.IsEmpty);
            Assert.False(result.IsComplete);
            Assert.Null(result.Written);
            Assert.Equal(24, result.Coverage.MissingBars);
        }

        Assert.Empty(Names());
        Assert.Empty(_files.Content);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task Hole_is_told_and_written_around_when_it_is_to_warn()
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-01T05:00:00Z"), Bars.Hours("2024-01-01T08:00:00Z", "2024-01-02"))
        {
            Fetched = RangeSet.Of([Bars.Range("2024-01-01", "2024-01-02")]),
        };
        var result = await RunAsync(held, "2024-01-01", "2024-01-02", ExportTarget.File(Target));
        Assert.False(result.IsComplete);
        Assert.Equal(21, result.Written!.Rows);
        Assert.Equal([new Gap(Bars.Range("2024-01-01T05:00:00Z", "2024-01-01T08:00:00Z"), 3, GapCause.Pending)], result.Coverage.Gaps);
    }

    [Fact]
    public async Task Hole_leaves_nothing_anywhere_when_it_is_to_fail()
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-01T05:00:00Z"), Bars.Hours("2024-01-01T08:00:00Z", "2024-01-02"));
        using var stream = new MemoryStream();
        foreach (var target in (ExportTarget[])[ExportTarget.File(Target), ExportTarget.Blob, ExportTarget.To(stream)])
        {
            var result = await RunAsync(held, "2024-01-01", "2024-01-02", target, onGap: OnGap.Fail);
            Assert.False(result.IsComplete);
            Assert.False(result.IsEmpty);
            Assert.Null(result.Written);
            Assert.Equal(3, result.Coverage.MissingBars);
        }

        Assert.Empty(Names());
        Assert.Empty(_files.Content);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task Bars_that_cannot_be_closed_yet_are_no_hole()
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-06-01", "2024-06-01T10:00:00Z"));
        var result = await RunAsync(held, "2024-06-01", "2024-06-02", ExportTarget.File(Target), onGap: OnGap.Fail);
        Assert.True(result.IsComplete);
        Assert.Equal("2024-06-01T00:00:00Z to 2024-06-01T10:00:00Z", result.Coverage.Range.ToString());
    }

    [Fact]
    public async Task Bar_stored_by_a_source_whose_clock_is_ahead_is_exported()
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-06-01", "2024-06-01T11:00:00Z"));
        var result = await RunAsync(held, "2024-06-01", "2024-06-02", ExportTarget.File(Target), onGap: OnGap.Fail);
        Assert.True(result.IsComplete);
        Assert.Equal(11, result.Written!.Rows);
    }

    [Fact]
    public async Task Range_in_the_future_is_empty()
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-06-01", "2024-06-01T10:00:00Z"));
        var result = await RunAsync(held, "2030-01-01", "2030-01-02", ExportTarget.File(Target));
        Assert.True(result.IsEmpty);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task Cancelled_export_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-02"), Bars.Hours("2024-01-02", "2024-01-03"))
        {
            BeforeBlock = (i, _) =>
            {
                if (i == 1)
                    stop.Cancel();
            },
        };
        var request = new LonaExportRequest(Bars.Btc, Bars.Range("2024-01-01", "2024-01-03"), Csv, ExportTarget.File(Target));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new LonaExport(held, _files, new MemoryBook(), Clock).RunAsync(request, stop.Token));
        Assert.Empty(Names());
    }

    [Fact]
    public async Task Store_that_breaks_off_leaves_nothing()
    {
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-02"), Bars.Hours("2024-01-02", "2024-01-03"))
        {
            BeforeBlock = (i, _) =>
            {
                if (i > 0)
                    throw new StorageException(StorageErrorKind.Unavailable, "gone");
            },
        };
        await Assert.ThrowsAsync<StorageException>(() => RunAsync(held, "2024-01-01", "2024-01-03", ExportTarget.File(Target)));
        await Assert.ThrowsAsync<StorageException>(() => RunAsync(held, "2024-01-01", "2024-01-03", ExportTarget.Blob));
        Assert.Empty(Names());
        Assert.Empty(_files.Content);
    }

    [Fact]
    public async Task File_being_replaced_is_whole_at_every_moment()
    {
        await File.WriteAllTextAsync(Target, "old");
        var looks = 0;
        var held = new HeldBars(Bars.Btc, Bars.Hours("2000-01-01", "2010-01-01"), Bars.Hours("2010-01-01", "2020-01-01"), Bars.Hours("2020-01-01", "2021-01-01"))
        {
            BeforeBlock = (_, _) =>
            {
                // A kill here leaves what is seen here.
                looks++;
                Assert.Equal("old", File.ReadAllText(Target));
                Assert.All(Names(), name => Assert.True(name == "bars.csv" || (name[0] == '.' && name.EndsWith(".part", StringComparison.Ordinal)), name));
            },
        };
        var result = await RunAsync(held, "2000-01-01", "2021-01-01", ExportTarget.File(Target), force: true);
        Assert.Equal(3, looks);
        Assert.Equal(result.Written!.Bytes, new FileInfo(Target).Length);
        Assert.Equal(3, Names().Length);
    }

    [Fact]
    public async Task Side_file_left_by_a_kill_is_replaced_without_being_asked()
    {
        await File.WriteAllTextAsync(Target + ".sha256", "half");
        var held = new HeldBars(Bars.Btc, Bars.Hours("2024-01-01", "2024-01-02"));
        var result = await RunAsync(held, "2024-01-01", "2024-01-02", ExportTarget.File(Target));
        Assert.StartsWith(result.Written!.Sha256, await File.ReadAllTextAsync(Target + ".sha256"), StringComparison.Ordinal);
    }

    private Task<LonaExportResult> RunAsync(
        HeldBars held, string start, string end, ExportTarget target, bool force = false, OnGap onGap = OnGap.Warn) =>
        new LonaExport(held, _files, new MemoryBook(), Clock).RunAsync(new LonaExportRequest(Bars.Btc, Bars.Range(start, end), Csv, target, force, onGap), CancellationToken.None);

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
}
