namespace TraderData.EndToEnd.Tests;

/// <summary>What a person is told who gets it wrong.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("backfill", "--source is required|Option '--source' is required")]
    [InlineData("backfill --source kraken --symbols A --timeframe 1m --start 2024-01-01 --end 2024-02-01", "kraken")]
    [InlineData("backfill --source binance --symbols btcusdt --timeframe 1m --start 2024-01-01 --end 2024-02-01", "symbol must be upper case, was 'btcusdt'")]
    [InlineData("backfill --source binance --symbols A --timeframe 7m --start 2024-01-01 --end 2024-02-01", "timeframe must be one of 1m 5m 15m 30m 1h 4h 1d 1w, was '7m'")]
    [InlineData("backfill --source binance --symbols A --timeframe 1m --start yesterday --end 2024-02-01", "--start must be a time such as 2024-01-31, 2024-01-31T10:00:00Z or Unix milliseconds, was 'yesterday'")]
    [InlineData("backfill --source binance --symbols A --timeframe 1m --start 2024-02-01 --end 2024-02-01", "--start must be before --end, was 2024-02-01T00:00:00Z and 2024-02-01T00:00:00Z")]
    [InlineData("export lona --symbol A --timeframe 1m --start 2024-01-01 --end 2024-02-01 --format xml --output -", "xml")]
    [InlineData("export lona --symbol NOTHELD --timeframe 1m --start 2024-01-01 --end 2024-02-01 --output -", "no series of NOTHELD is held. See what is: trader-data series")]
    [InlineData("coverage --symbol NOTHELD --timeframe 1m", "no series of NOTHELD is held. See what is: trader-data series")]
    [InlineData("simulate --port 70000", "--port must be 0 to 65535, was 70000")]
    [InlineData("simulate --recordings /does/not/exist", "--recordings must name a folder, '/does/not/exist' is none")]
    [InlineData("db migrate", "DATABASE_URL is not set")]
    [InlineData("jobs list --url here", "--url must be an http or https address, was 'here'")]
    [InlineData("frobnicate", "frobnicate")]
    public async Task Misuse_ends_with_2_and_names_the_value(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        var ended = await TraderDataProcess.RunAsync(new Dictionary<string, string> { ["TRADER_DATA_DIR"] = folder.Path }, line.Split(' '));

        Assert.Contains(expected.Split('|'), part => ended.Expect(2).Error.Contains(part, StringComparison.Ordinal));
        Assert.Equal("", ended.Output);
        Assert.DoesNotContain("   at ", ended.Error);
    }

    [Fact]
    public async Task Wrong_settings_are_all_named_at_once_and_no_secret_with_them()
    {
        var ended = await TraderDataProcess.RunAsync(
            new Dictionary<string, string>
            {
                ["PORT"] = "99999",
                ["BINANCE_BASE_URL"] = "ftp://x",
                ["ALPACA_API_SECRET"] = "hush",
                ["TraderData__AlpacaFeed"] = "otc",
                ["DATABASE_URL"] = "mysql://user:hush@host/db",
            },
            "series");

        ended.Expect(2);
        foreach (var name in new[] { "PORT must be 0 to 65535, was 99999", "BINANCE_BASE_URL", "ALPACA_API_KEY and ALPACA_API_SECRET", "AlpacaFeed must be iex or sip, was 'otc'", "DATABASE_URL" })
            Assert.Contains(name, ended.Error);
        Assert.DoesNotContain("hush", ended.Error);
    }

    [Fact]
    public async Task Version_and_help_are_given_on_standard_output()
    {
        var none = new Dictionary<string, string>();
        Assert.StartsWith("0.1.0", (await TraderDataProcess.RunAsync(none, "--version")).Expect(0).Output);
        var help = (await TraderDataProcess.RunAsync(none, "--help")).Expect(0).Output;
        foreach (var command in new[] { "demo", "serve", "backfill", "repair", "import", "series", "coverage", "export", "simulate", "db", "lake", "jobs", "doctor" })
            Assert.Contains($"  {command} ", help);
    }
}
