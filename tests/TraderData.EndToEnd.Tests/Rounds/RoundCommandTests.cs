using System.Text.Json;

namespace TraderData.EndToEnd.Tests;

/// <summary>A round from its key to a vendor's folder, as a person makes it.</summary>
public sealed class RoundCommandTests(ExportedLake lake) : IClassFixture<ExportedLake>
{
    private static readonly string[] s_spec =
    [
        "--name", "three-days", "--universe", "binance:BTCUSDT", "--timeframes", "1m,15m", "--start", "2024-08-12", "--end", "2024-08-15", "--splits", "0.5,0.25,0.25",
        "--horizons", "1,5", "--features", "log_return,hour", "--embargo", "5",
    ];

    [Fact]
    public async Task A_round_is_made_published_pulled_verified_and_retired()
    {
        using var folder = new TemporaryFolder();
        var key = Path.Combine(folder.Path, "key.pem");
        (await RunAsync("round", "keygen", "--output", key)).Expect(0);
        Assert.Contains("never written over", (await RunAsync("round", "keygen", "--output", key)).Expect(2).Error);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        var unsigned = (await RunAsync(["round", "create", .. s_spec])).Expect(0);
        Assert.Contains("It is not signed", unsigned.Error);
        var id = unsigned.Output.Trim();
        Assert.Contains("set ROUND_SIGNING_KEY", (await RunAsync("round", "publish", id)).Expect(1).Error);

        lake.Settings["ROUND_SIGNING_KEY"] = key;
        (await RunAsync("round", "publish", id)).Expect(0);
        var shown = JsonDocument.Parse((await RunAsync("round", "show", "current", "--json")).Expect(0).Output).RootElement;
        Assert.Equal((id, "published", true), (shown.GetProperty("round_id").GetString(), shown.GetProperty("state").GetString(), shown.GetProperty("is_current").GetBoolean()));
        Assert.Contains("current", (await RunAsync("round", "list")).Expect(0).Output);

        var (pulled, keys) = (Path.Combine(folder.Path, "pulled"), Path.Combine(folder.Path, "jwks.json"));
        (await RunAsync("round", "pull", "current", "--output", pulled)).Expect(0);
        await File.WriteAllTextAsync(keys, (await RunAsync("round", "keys")).Expect(0).Output, TestContext.Current.CancellationToken);
        Assert.Contains($"round {id} is sound", (await RunAsync("round", "verify", pulled, "--jwks", keys)).Expect(0).Error);
        var train = await File.ReadAllLinesAsync(Path.Combine(pulled, "train.csv"), TestContext.Current.CancellationToken);
        Assert.Equal("source,symbol,timeframe,timestamp,open,high,low,close,volume,log_return,hour,forward_return_1,forward_sign_1,forward_return_5,forward_sign_5", train[0]);
        Assert.StartsWith("binance,BTCUSDT,1m,1723420800000,", train[1], StringComparison.Ordinal);

        await File.AppendAllTextAsync(Path.Combine(pulled, "test.csv"), "x", TestContext.Current.CancellationToken);
        var bad = JsonDocument.Parse((await RunAsync("round", "verify", pulled, "--jwks", keys, "--json")).Expect(1).Output).RootElement;
        Assert.Equal((false, "test.csv"), (bad.GetProperty("sound").GetBoolean(), bad.GetProperty("fault").GetProperty("file").GetString()));

        Assert.Contains("is the current one", (await RunAsync("round", "retire", id)).Expect(1).Error);
        (await RunAsync("round", "retire", id, "--force")).Expect(0);
        Assert.Contains("no round 'current' is offered", (await RunAsync("round", "pull", "current", "--output", pulled)).Expect(2).Error);
    }

    [Theory]
    [InlineData("round create --name x", "universe is missing|start is missing|splits must be")]
    [InlineData("round create --spec /does/not/exist", "--spec must name a file, '/does/not/exist' is none")]
    [InlineData("round show nothing", "there is no round 'nothing'")]
    [InlineData("round verify /does/not/exist --jwks http://example.org/jwks.json", "keys are read from a file or an https address")]
    public async Task A_mistake_ends_with_2_and_says_what_would_be_right(string line, string expected)
    {
        var ended = (await RunAsync(line.Split(' '))).Expect(2);

        Assert.All(expected.Split('|'), part => Assert.Contains(part, ended.Error));
        Assert.DoesNotContain("   at ", ended.Error);
    }

    private Task<TraderDataProcess.Ended> RunAsync(params string[] arguments) => TraderDataProcess.RunAsync(lake.Settings, arguments);
}
