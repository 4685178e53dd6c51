using System.Text.Json;

namespace TraderData.EndToEnd.Tests;

/// <summary><c>lake verify</c> and <c>lake compact</c> as a user runs them.</summary>
public sealed class LakeCommandTests
{
    private const string Partition = "ohlcv/source=import/symbol=X/timeframe=1h/2024.parquet";

    [Fact]
    public async Task Verify_of_a_sound_lake_says_so_and_of_a_damaged_one_names_the_file_and_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var csv = Path.Combine(folder.Path, "bars.csv");
        var lake = Path.Combine(folder.Path, "lake");
        await File.WriteAllTextAsync(csv, "timestamp,open,high,low,close,volume\n1704067200000,1,2,1,2,3\n1704070800000,1,2,1,2,3\n", TestContext.Current.CancellationToken);
        (await RunAsync("import", "csv", csv, "--symbol", "X", "--timeframe", "1h", "--data", lake)).Expect(0);

        var sound = (await RunAsync("lake", "verify", "--data", lake)).Expect(0);
        Assert.Equal("", sound.Output);
        Assert.Contains("sound", sound.Error);
        Assert.Equal("", (await RunAsync("lake", "compact", "--data", lake)).Expect(0).Output);

        var path = Path.Combine(lake, Partition);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^100] ^= 4;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var text = (await RunAsync("lake", "verify", "--data", lake)).Expect(1);
        Assert.StartsWith($"damaged: {Partition}: ", text.Output, StringComparison.Ordinal);
        Assert.Contains("restore it from a copy", text.Output);
        var finding = Assert.Single(JsonDocument.Parse((await RunAsync("lake", "verify", "--data", lake, "--json")).Expect(1).Output).RootElement.EnumerateArray());
        Assert.Equal((Partition, "damaged"), (finding.GetProperty("file").GetString(), finding.GetProperty("kind").GetString()));
        Assert.Contains(Partition, (await RunAsync("lake", "compact", "--data", lake)).Expect(1).Output);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    private static Task<TraderDataProcess.Ended> RunAsync(params string[] arguments) => TraderDataProcess.RunAsync(new Dictionary<string, string>(), arguments);
}
