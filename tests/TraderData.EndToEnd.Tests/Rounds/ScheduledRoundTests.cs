using System.Text.Json;

namespace TraderData.EndToEnd.Tests;

/// <summary>A worker cuts, signs and publishes the rounds of a schedule by itself.</summary>
public sealed class ScheduledRoundTests(ExportedLake lake) : IClassFixture<ExportedLake>
{
    private const string Spec = """
        {"name":"days","universe":["binance:BTCUSDT"],"timeframes":["1m"],"start":"2024-08-12","end":"2024-08-15","splits":{"train":0.5,"validation":0.25,"test":0.25},"features":["hour"]}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_publishes_the_round_that_is_due_and_shows_the_job()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string>(lake.Settings)
        {
            ["ROUND_SPEC"] = Path.Combine(folder.Path, "round.json"),
            ["ROUND_SIGNING_KEY"] = Path.Combine(folder.Path, "key.pem"),
            ["TraderData__RoundCron"] = "* * * * * ?",
        };
        await File.WriteAllTextAsync(settings["ROUND_SPEC"], Spec, Cancellation);
        (await TraderDataProcess.RunAsync(settings, "round", "keygen", "--output", settings["ROUND_SIGNING_KEY"])).Expect(0);
        await using (var worker = TraderDataProcess.Start(settings, "serve", "--role", "worker", "--urls", "http://127.0.0.1:0"))
        {
            var url = (await worker.WaitForAsync("Listening on ", Cancellation)).Split(' ')[2].TrimEnd('.');
            await worker.WaitForAsync(" is published and current: ", Cancellation);
            Assert.Contains("build-round", (await TraderDataProcess.RunAsync(settings, "jobs", "list", "--url", url)).Expect(0).Output, StringComparison.Ordinal);
        }

        using var shown = JsonDocument.Parse((await TraderDataProcess.RunAsync(settings, "round", "show", "current", "--json")).Expect(0).Output);
        Assert.Equal(("published", "days"), (shown.RootElement.GetProperty("state").GetString(), shown.RootElement.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Round_that_is_to_be_published_is_not_built_without_a_key()
    {
        var ended = (await TraderDataProcess.RunAsync(lake.Settings, "round", "create", "--name", "x", "--publish")).Expect(2);

        Assert.Contains("--publish needs a key: set ROUND_SIGNING_KEY", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schedule_without_a_key_or_with_a_wrong_spec_does_not_start_and_says_why()
    {
        using var folder = new TemporaryFolder();
        var spec = Path.Combine(folder.Path, "round.json");
        await File.WriteAllTextAsync(spec, Spec.Replace("start", "strat", StringComparison.Ordinal), Cancellation);
        var settings = new Dictionary<string, string>(lake.Settings) { ["ROUND_SPEC"] = spec, ["TraderData__RoundCron"] = "mondays" };

        var ended = (await TraderDataProcess.RunAsync(settings, "serve", "--role", "worker", "--urls", "http://127.0.0.1:0")).Expect(2);

        Assert.Contains("ROUND_SPEC needs ROUND_SIGNING_KEY or ROUND_SIGNING_KEY_VAULT", ended.Error, StringComparison.Ordinal);
        Assert.Contains("build-round cron must be a Quartz cron expression such as 0 30 3 ? * MON, was 'mondays'", ended.Error, StringComparison.Ordinal);
        settings["TraderData__RoundCron"] = "0 30 3 ? * MON";
        ended = (await TraderDataProcess.RunAsync(settings, "serve", "--role", "worker", "--urls", "http://127.0.0.1:0")).Expect(2);
        Assert.Contains($"ROUND_SPEC {spec}: start is missing", ended.Error, StringComparison.Ordinal);
        Assert.Contains($"ROUND_SPEC {spec}: strat is not known", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }
}
