using System.Globalization;
using System.Text.Json;
using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary>A lake with days of minutes around the yearly halt of the simulated exchange, and the wire it came from.</summary>
public sealed class ExportedLake : IAsyncLifetime
{
    /// <summary>What is held, as a command line names it.</summary>
    public static readonly string[] Held = ["--symbol", "BTCUSDT", "--timeframe", "1m", "--start", "2024-08-12", "--end", "2024-08-15"];

    private readonly TemporaryFolder _folder = new();

    /// <summary>The data folder.</summary>
    public string Folder => _folder.Path;

    /// <summary>The rows of the exchange's own answer, without trailing zeros: time, open, high, low, close, volume, trades.</summary>
    public IReadOnlyList<string[]> Wire { get; private set; } = [];

    internal Dictionary<string, string> Settings { get; } = [];

    public async ValueTask InitializeAsync()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), TestContext.Current.CancellationToken);
        Settings["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString();
        Settings["TRADER_DATA_DIR"] = Folder;
        await BackfillAsync(Settings);
        using var http = new HttpClient { BaseAddress = exchange.BaseUrl };
        Wire = await ReadWireAsync(http);
    }

    internal static async Task BackfillAsync(Dictionary<string, string> settings) =>
        (await TraderDataProcess.RunAsync(settings, ["backfill", "--source", "binance", "--symbols", .. Held[1..]])).Expect(0);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<List<string[]>> ReadWireAsync(HttpClient http)
    {
        var rows = new List<string[]>();
        var (next, end) = (TimeOf(Held[5]), TimeOf(Held[7]));
        while (true)
        {
            var page = JsonDocument.Parse(await http.GetStringAsync(
                string.Create(CultureInfo.InvariantCulture, $"/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1000&startTime={next}&endTime={end - 1}"))).RootElement;
            if (page.GetArrayLength() == 0)
                return rows;
            foreach (var row in page.EnumerateArray())
            {
                rows.Add([row[0].GetRawText(), .. Enumerable.Range(1, 5).Select(column => RecordedSeries.Plain(row[column].GetString()!)), row[8].GetRawText()]);
                next = row[0].GetInt64() + 1;
            }
        }
    }

    private static long TimeOf(string date) => DateTimeOffset.Parse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
