using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary>An export that is killed leaves a whole file under its name, or none.</summary>
public sealed class KilledExportTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_export_leaves_no_part_of_a_file_under_its_name()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000 }, Token);
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = Path.Combine(folder.Path, "data") };
        string[] series = ["BTCUSDT", "--timeframe", "1m", "--start", "2023-01-01", "--end", "2023-07-01"];
        (await TraderDataProcess.RunAsync(settings, ["backfill", "--source", "binance", "--symbols", .. series])).Expect(0);
        string[] command = ["export", "lona", "--symbol", .. series, "--extended", "--force", "--output"];
        var whole = Path.Combine(folder.Path, "whole.csv");
        (await TraderDataProcess.RunAsync(settings, [.. command, whole])).Expect(0);
        var hash = FolderContent.HashOf(whole);

        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}; {new FileInfo(whole).Length} bytes");
        var random = new Random(seed);
        var (written, parts, longestMs) = (0, 0, 64.0);
        for (var i = 0; i < Kills; i++)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder.Path, $"killed-{i}")).FullName;
            await KillAsync(settings, [.. command, Path.Combine(place, "killed.csv")], place, random.Next((int)longestMs));
            parts += Directory.GetFiles(place, ".*.part").Length;
            var isWritten = CheckWholeOrNone(place, hash);
            written += isWritten ? 1 : 0;
            // How long writing takes depends on the machine: kills are to fall on both sides of its end.
            longestMs = Math.Max(2, longestMs * (isWritten ? 0.5 : 1.5));
        }

        output.WriteLine($"{written} of {Kills} were written before they were killed; {parts} hidden parts were left");
        Assert.True(parts > 0, "no kill came while a file was written");
        await CheckNextRemovesPartsAsync(settings, command, folder.Path);
    }

    // The next export to the same file takes away what the killed one left, while another is at work on it.
    private static async Task CheckNextRemovesPartsAsync(Dictionary<string, string> settings, string[] command, string folder)
    {
        var place = Directory.GetDirectories(folder, "killed-*").First(killed => Directory.GetFiles(killed, ".*.part").Length > 0);
        string[] export = [.. command, Path.Combine(place, "killed.csv")];
        var ended = await Task.WhenAll(TraderDataProcess.RunAsync(settings, export), TraderDataProcess.RunAsync(settings, export));
        Assert.All(ended, e => e.Expect(0));
        var names = Directory.GetFiles(place).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["killed.csv", "killed.csv.manifest.json", "killed.csv.sha256"], names);
    }

    // The clock starts when the file is begun: kills before that show nothing.
    private static async Task KillAsync(Dictionary<string, string> settings, string[] command, string place, int afterMs)
    {
        await using var process = TraderDataProcess.Start(settings, command);
        while (!process.HasExited && Directory.GetFiles(place).Length == 0)
            await Task.Delay(1, Token);
        await Task.Delay(afterMs, Token);
        if (!process.HasExited)
            await process.KillAsync();
    }

    private static bool CheckWholeOrNone(string folder, string hash)
    {
        var names = Directory.GetFiles(folder).Select(Path.GetFileName).Where(name => !name!.EndsWith(".part", StringComparison.Ordinal));
        Assert.Subset(new HashSet<string?> { "killed.csv", "killed.csv.sha256", "killed.csv.manifest.json" }, names.ToHashSet());
        var data = Path.Combine(folder, "killed.csv");
        if (!File.Exists(data))
            return false;
        // The data gets its name last: with it, all is there.
        Assert.Equal(hash, FolderContent.HashOf(data));
        Assert.Equal($"{hash}  killed.csv\n", File.ReadAllText(data + ".sha256"));
        Assert.Contains(hash, File.ReadAllText(data + ".manifest.json"));
        return true;
    }
}
