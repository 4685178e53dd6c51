using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;

namespace TraderData.Simulator.Tests;

/// <summary>Binance's archives: the rows of its API as files.</summary>
public sealed class ArchiveTests
{
    private const string Day2024 = "/data/spot/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2024-12-31.zip";
    private const string Day2025 = "/data/spot/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2025-01-01.zip";

    [Theory]
    [InlineData(Day2024, 1_735_603_200_000, "", "")]
    [InlineData(Day2025, 1_735_689_600_000, "000", "999")]
    public async Task File_has_the_rows_of_the_api_in_milliseconds_and_from_2025_in_microseconds(string path, long startMs, string open, string close)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var klines = await simulator.KlinesAsync("BTCUSDT", "1h", $"&startTime={startMs}&endTime={startMs + 86_399_999}");
        var lines = await LinesAsync(simulator, path);
        Assert.Equal(24, lines.Length);
        Assert.Equal(klines.Select(k => k.Raw.Trim('[', ']').Replace("\"", "", StringComparison.Ordinal)), lines.Select(line =>
        {
            var fields = line.Split(',');
            Assert.EndsWith(open, fields[0], StringComparison.Ordinal);
            Assert.EndsWith(close, fields[6], StringComparison.Ordinal);
            (fields[0], fields[6]) = (fields[0][..13], fields[6][..13]);
            return string.Join(',', fields);
        }));
        Assert.Equal(0, simulator.Host.Stats.Violations);
    }

    [Theory]
    [InlineData("2026-11-21T05:59:59Z", "/data/spot/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-11-20.zip", false)]
    [InlineData("2026-11-21T06:00:00Z", "/data/spot/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-11-20.zip", true)]
    [InlineData("2026-11-02T05:59:59Z", "/data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2026-10.zip", false)]
    [InlineData("2026-11-02T06:00:00Z", "/data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2026-10.zip", true)]
    [InlineData("2026-11-20T00:00:00Z", "/data/spot/monthly/klines/NOSUCHUSDT/1h/NOSUCHUSDT-1h-2026-10.zip", false)]
    [InlineData("2026-11-20T00:00:00Z", "/data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1m-2026-10.zip", false)]
    [InlineData("2026-11-20T00:00:00Z", "/data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2026-10-01.zip", false)]
    [InlineData("2026-11-20T00:00:00Z", "/data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2009-10.zip", false)]
    public async Task File_is_there_from_its_time_on(string now, string path, bool isThere)
    {
        await using var simulator = await SimulatorClient.StartAsync(now: now);
        foreach (var url in new[] { path, $"{path}.CHECKSUM" })
            Assert.Equal(isThere ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await simulator.GetAsync(url)).Status);
    }

    [Theory]
    [InlineData(FaultKind.HeaderLine, 25)]
    [InlineData(FaultKind.HalfDoneRow, 25)]
    [InlineData(FaultKind.DuplicateRow, 25)]
    [InlineData(FaultKind.OffGridRow, 24)]
    [InlineData(FaultKind.RuleBreakingRow, 24)]
    public async Task Fault_spoils_one_file_whose_checksum_is_that_of_the_spoilt_one(FaultKind kind, int count)
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(kind)]);
        var whole = await LinesAsync(simulator, Day2025);
        Assert.Equal(await ChecksumAsync(simulator, Day2024), await DigestAsync(simulator, Day2024));
        Assert.Equal(count, (await LinesAsync(simulator, Day2024)).Length);
        Assert.Equal(await ChecksumAsync(simulator, Day2025), await DigestAsync(simulator, Day2025));
        Assert.Equal(whole, await LinesAsync(simulator, Day2025));
        Assert.Equal(1, simulator.Host.Stats.FaultsGiven);
    }

    [Fact]
    public async Task Checksum_can_be_wrong_and_a_file_cut_or_late()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(FaultKind.WrongChecksum), new Fault(FaultKind.Truncated), new Fault(FaultKind.NotPublished)]);
        Assert.NotEqual(await ChecksumAsync(simulator, Day2024), await DigestAsync(simulator, Day2024));
        Assert.Equal(await ChecksumAsync(simulator, Day2024), await DigestAsync(simulator, Day2024));
        await Assert.ThrowsAsync<InvalidDataException>(() => LinesAsync(simulator, Day2024));
        Assert.Equal(HttpStatusCode.NotFound, (await simulator.GetAsync($"{Day2024}.CHECKSUM")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await simulator.GetAsync(Day2024)).Status);
    }

    private static async Task<string[]> LinesAsync(SimulatorClient simulator, string path)
    {
        using var archive = new ZipArchive(new MemoryStream(await BytesAsync(simulator, path)));
        var entry = Assert.Single(archive.Entries);
        Assert.Equal(Path.GetFileNameWithoutExtension(path) + ".csv", entry.FullName);
        using var text = new StreamReader(await entry.OpenAsync(TestContext.Current.CancellationToken));
        return (await text.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> ChecksumAsync(SimulatorClient simulator, string path)
    {
        var answer = await simulator.GetAsync($"{path}.CHECKSUM");
        Assert.Equal($"  {Path.GetFileName(path)}\n", answer.Body[64..]);
        return answer.Body[..64];
    }

    private static async Task<string> DigestAsync(SimulatorClient simulator, string path) =>
        Convert.ToHexStringLower(SHA256.HashData(await BytesAsync(simulator, path)));

    private static Task<byte[]> BytesAsync(SimulatorClient simulator, string path) => simulator.Http.GetByteArrayAsync(path, TestContext.Current.CancellationToken);
}
