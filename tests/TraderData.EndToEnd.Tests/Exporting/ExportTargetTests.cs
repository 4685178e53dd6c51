using Azure.Storage.Blobs;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>Where an export goes, when it does not, and what it says then.</summary>
public sealed class ExportTargetTests(ExportedLake lake, AzuriteServer azurite) : IClassFixture<ExportedLake>
{
    private const string Blob = "exports/lona/binance/BTCUSDT/1m/20240812_20240815.csv";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Standard_output_gets_the_bytes_of_the_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "bars.csv");
        (await ExportAsync(path)).Expect(0);

        var streamed = (await ExportAsync("-")).Expect(0);

        Assert.Equal(await File.ReadAllTextAsync(path, Token), streamed.Output);
        Assert.Contains("gap: 2024-08-13T02:00:00Z to 2024-08-13T06:30:00Z, 270 bars", streamed.Error);
    }

    [Fact]
    public async Task File_is_replaced_only_with_force()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "bars.csv");
        await File.WriteAllTextAsync(path, "mine", Token);

        var refused = (await ExportAsync(path)).Expect(1);

        Assert.Contains($"{path} exists; --force replaces it", refused.Error);
        Assert.Equal("mine", await File.ReadAllTextAsync(path, Token));
        Assert.Single(Directory.GetFiles(folder.Path));
        (await ExportAsync(path, "--force")).Expect(0);
        Assert.Equal($"{FolderContent.HashOf(path)}  bars.csv\n", await File.ReadAllTextAsync(path + ".sha256", Token));
    }

    [Fact]
    public async Task Blob_in_the_data_folder_is_replaced_only_with_force()
    {
        (await ExportAsync("blob")).Expect(0);
        var path = Path.Combine(lake.Folder, Blob);
        var written = File.GetLastWriteTimeUtc(path);
        Assert.Equal((await ExportAsync("-")).Output, await File.ReadAllTextAsync(path, Token));
        Assert.Equal($"{FolderContent.HashOf(path)}  {Path.GetFileName(Blob)}\n", await File.ReadAllTextAsync(path + ".sha256", Token));
        Assert.Contains(FolderContent.HashOf(path), await File.ReadAllTextAsync(path + ".manifest.json", Token));

        Assert.Contains("--force replaces it", (await ExportAsync("blob")).Expect(1).Error);
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        (await ExportAsync("blob", "--force")).Expect(0);
    }

    [Fact]
    public async Task Blob_in_Azure_is_replaced_only_with_force()
    {
        var container = new BlobContainerClient(await azurite.ConnectionStringAsync(), azurite.NewContainerName());
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string>
        {
            ["AZURE_STORAGE_CONNECTION_STRING"] = await azurite.ConnectionStringAsync(),
            ["TraderData__AzureContainer"] = container.Name,
            ["TRADER_DATA_DIR"] = folder.Path,
        };
        // The bars come by import: the exchange of the lake is gone, and this source is as good.
        var csv = Path.Combine(folder.Path, "bars.csv");
        (await ExportAsync(csv)).Expect(0);
        (await TraderDataProcess.RunAsync(settings, "import", "csv", csv, "--symbol", "BTCUSDT", "--timeframe", "1m")).Expect(0);
        string[] export = ["export", "lona", .. ExportedLake.Held, "--output", "blob"];
        (await TraderDataProcess.RunAsync(settings, export)).Expect(0);

        var name = Blob.Replace("binance", "import", StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(csv, Token), await TextOfAsync(container, name));
        Assert.Equal($"{FolderContent.HashOf(csv)}  {Path.GetFileName(Blob)}\n", await TextOfAsync(container, name + ".sha256"));
        Assert.Contains(FolderContent.HashOf(csv), await TextOfAsync(container, name + ".manifest.json"));
        Assert.Contains("--force replaces it", (await TraderDataProcess.RunAsync(settings, export)).Expect(1).Error);
        (await TraderDataProcess.RunAsync(settings, [.. export, "--force"])).Expect(0);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("-")]
    [InlineData("blob")]
    public async Task Hole_with_on_gap_fail_ends_with_3_and_writes_nothing(string target)
    {
        using var folder = new TemporaryFolder();
        var ended = (await RunAsync(Output(target, folder), "2024-08-13T00:00:00Z", "2024-08-14T00:00:00Z", "--on-gap", "fail")).Expect(3);

        Assert.Contains("gap: 2024-08-13T02:00:00Z to 2024-08-13T06:30:00Z, 270 bars, pending", ended.Error);
        Assert.Contains("270 bars are missing; nothing was written, as --on-gap fail asks", ended.Error);
        CheckNothing(folder, ended, "20240813_20240814.csv");
    }

    [Theory]
    [InlineData("file", "2020-01-01", "2020-01-02", "1,440 bars, pending")]
    [InlineData("-", "2024-08-13T02:00:00Z", "2024-08-13T06:30:00Z", "270 bars, pending")]
    [InlineData("blob", "2020-01-01", "2020-01-02", "1,440 bars, pending")]
    public async Task Range_without_bars_ends_with_3_and_writes_nothing(string target, string start, string end, string cause)
    {
        using var folder = new TemporaryFolder();
        var ended = (await RunAsync(Output(target, folder), start, end)).Expect(3);

        Assert.Contains(cause, ended.Error);
        Assert.Contains("is held; nothing was written", ended.Error);
        CheckNothing(folder, ended, "20200101_20200102.csv");
    }

    private static string Output(string target, TemporaryFolder folder) => target == "file" ? Path.Combine(folder.Path, "bars.csv") : target;

    private void CheckNothing(TemporaryFolder folder, TraderDataProcess.Ended ended, string blob)
    {
        Assert.Equal("", ended.Output);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Assert.DoesNotContain(FolderContent.Of(lake.Folder).Keys, name => name.Contains(blob, StringComparison.Ordinal));
    }

    private Task<TraderDataProcess.Ended> ExportAsync(string output, params string[] more) => RunAsync(output, ExportedLake.Held[5], ExportedLake.Held[7], more);

    private Task<TraderDataProcess.Ended> RunAsync(string output, string start, string end, params string[] more) => TraderDataProcess.RunAsync(
        lake.Settings, ["export", "lona", .. ExportedLake.Held[..4], "--start", start, "--end", end, "--output", output, .. more]);

    private static async Task<string> TextOfAsync(BlobContainerClient container, string name) =>
        (await container.GetBlobClient(name).DownloadContentAsync(Token)).Value.Content.ToString();
}
