using System.Text.Json;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>A bar whose interval is not over is given by the exchange and never stored.</summary>
public sealed class FormingBarTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recorded_forming_bar_is_not_stored(bool withPostgres)
    {
        // The moment of the recording, 42 minutes into its last bar.
        using var wires = WireFolder("klines_BTCUSDT_1h_limit5_last_open.json");
        await using var exchange = await SimulatorHost.StartAsync(
            new SimulatorOptions { RecordingsDirectory = wires.Path, Clock = new FixedClock("2026-09-25T22:42:42Z") }, Token);
        Assert.Equal("2026-09-25T22:00:00Z", await NewestGivenAsync(exchange, "1h"));

        var stored = await BackfillAsync(exchange, "1h", "2026-09-25T18:00:00Z", "2026-09-27", withPostgres);

        Assert.Equal(("2026-09-25T18:00:00Z", "2026-09-25T21:00:00Z", 4), stored);
    }

    [Theory]
    [InlineData("1m", "2024-03-01T10:16:00Z", 617)]
    [InlineData("1h", "2024-03-01T09:00:00Z", 10)]
    [InlineData("15m", "2024-03-01T10:00:00Z", 41)]
    public async Task Generated_forming_bar_is_not_stored(string timeframe, string newest, int rows)
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { Clock = new FixedClock("2024-03-01T10:17:42Z") }, Token);
        Assert.True(string.CompareOrdinal(await NewestGivenAsync(exchange, timeframe), newest) > 0, "the exchange must give a forming bar");

        var stored = await BackfillAsync(exchange, timeframe, "2024-03-01", "2024-03-02", withPostgres: false);

        Assert.Equal(("2024-03-01T00:00:00Z", newest, rows), stored);
    }

    [Fact]
    public async Task Scheduled_ingest_stores_no_forming_bar()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { Clock = new FixedClock("2024-03-01T10:17:42Z") }, Token);
        using var folder = new TemporaryFolder();
        var settings = Settings(exchange, folder);
        settings["TraderData__WatchList__0"] = "binance:BTCUSDT@1h";
        await using (var service = TraderDataProcess.Start(settings, "serve", "--urls", "http://127.0.0.1:0"))
        {
            await service.WaitForAsync("binance:BTCUSDT:1h: ", Token);
            await service.TerminateAsync();
        }

        Assert.Equal("2024-03-01T09:00:00Z", (await StoredAsync(settings)).Last);
    }

    private async Task<(string First, string Last, int Rows)> BackfillAsync(SimulatorHost exchange, string timeframe, string start, string end, bool withPostgres)
    {
        using var folder = new TemporaryFolder();
        var settings = Settings(exchange, folder);
        if (withPostgres)
            settings["DATABASE_URL"] = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync(Token));
        (await TraderDataProcess.RunAsync(
            settings, "backfill", "--source", "binance", "--symbols", "BTCUSDT", "--timeframe", timeframe, "--start", start, "--end", end)).Expect(0);
        return await StoredAsync(settings);
    }

    private static async Task<(string First, string Last, int Rows)> StoredAsync(Dictionary<string, string> settings)
    {
        var held = (await TraderDataProcess.RunAsync(settings, "series", "--json")).Expect(0).Output;
        var series = Assert.Single(JsonDocument.Parse(held).RootElement.EnumerateArray());
        return (series.GetProperty("first").GetString()!, series.GetProperty("last").GetString()!, series.GetProperty("rows").GetInt32());
    }

    private static async Task<string> NewestGivenAsync(SimulatorHost exchange, string timeframe)
    {
        using var http = new HttpClient { BaseAddress = exchange.BaseUrl };
        var rows = JsonDocument.Parse(await http.GetStringAsync($"/api/v3/klines?symbol=BTCUSDT&interval={timeframe}", Token)).RootElement;
        return Core.TimeText.Iso(rows[rows.GetArrayLength() - 1][0].GetInt64());
    }

    private static Dictionary<string, string> Settings(SimulatorHost exchange, TemporaryFolder folder) =>
        new() { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = folder.Path };

    private static TemporaryFolder WireFolder(string recording)
    {
        var folder = new TemporaryFolder();
        var wire = Directory.CreateDirectory(Path.Combine(folder.Path, "binance", "wire")).FullName;
        File.CreateSymbolicLink(Path.Combine(wire, recording), SharedData.Path($"binance/wire/{recording}"));
        return folder;
    }
}
