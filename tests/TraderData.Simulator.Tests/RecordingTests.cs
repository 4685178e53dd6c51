using System.IO.Compression;
using System.Text;
using System.Text.Json;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Simulator.Tests;

public sealed class RecordingTests(RecordingTests.Fixture fixture) : IClassFixture<RecordingTests.Fixture>
{
    /// <summary>Every recorded row by wire, symbol, timeframe and time, read here without the simulator's own loader, as its text on the wire.</summary>
    public static TheoryData<string, string, string, string> Files => new()
    {
        { "binance/wire/klines_BTCUSDT_1m_limit1000.json", "binance", "BTCUSDT", "1m" },
        { "binance/wire/klines_BTCUSDT_1m_first.json", "binance", "BTCUSDT", "1m" },
        { "binance/wire/klines_BTCUSDT_1m_5rows_2026-09-26.json", "binance", "BTCUSDT", "1m" },
        { "binance/wire/klines_BTCUSDT_1d_first.json", "binance", "BTCUSDT", "1d" },
        { "binance/wire/klines_BTCUSDT_1h_limit5_last_open.json", "binance", "BTCUSDT", "1h" },
        { "binance/wire/klines_BTCUSDT_4h_limit1000.json", "binance", "BTCUSDT", "4h" },
        { "binance/wire/klines_BTCUSDT_4h_1year.json", "binance", "BTCUSDT", "4h" },
        { "binance/wire/klines_ETHUSDT_1d.json", "binance", "ETHUSDT", "1d" },
        { "binance/wire/klines_HOMEUSDT_1d.json", "binance", "HOMEUSDT", "1d" },
        { "binance/wire/klines_1000SATSUSDT_1d.json", "binance", "1000SATSUSDT", "1d" },
        { "binance/wire/klines_LTCBTC_1h_2rows.exvcr.json", "binance", "LTCBTC", "1h" },
        { "binance/wire/klines_altBTC_5m_2018-03_pretty.json", "binance", "ALTBTC", "5m" },
        { "binance/wire/klines_unknown_1m_2019-11-22.json", "binance", "UNKNOWN", "1m" },
        { "alpaca/wire/bars_AAPL_1Day_2022-02_token_pretty.json", "alpaca", "AAPL", "1d" },
        { "alpaca/wire/bars_AAPL_1Min_2024-06-03_iex_page0.json", "alpaca", "AAPL", "1m" },
        { "alpaca/wire/bars_AAPL_1Min_2024-06-03_iex_page1.json", "alpaca", "AAPL", "1m" },
        { "alpaca/wire/bars_AMZN_15Min_2021-10-15.json", "alpaca", "AMZN", "15m" },
        { "alpaca/wire/bars_MSFT_1Day_2024-01-02_2025-01-31.json", "alpaca", "MSFT", "1d" },
        { "alpaca/wire/bars_NVDA_1Day_2024-01-02_2025-01-31.json", "alpaca", "NVDA", "1d" },
        { "alpaca/wire/bars_PBJ_1Day_2024-01-02_2025-01-31.json", "alpaca", "PBJ", "1d" },
        { "alpaca/wire/bars_multi_AAPL_NIO_1Day_2021-10.json", "alpaca", "NIO", "1d" },
        { "alpaca/wire/bars_multi_AAPL_NIO_1Day_2021-10.json", "alpaca", "AAPL", "1d" },
        { "alpaca/wire/bars_multi_AAPL_TSLA_1Day_2022-03-09_pretty.json", "alpaca", "TSLA", "1d" },
        { "alpaca/wire/crypto_bars_SOLUSD_1Min_100rows.vcr.yml", "alpaca", "SOL/USD", "1m" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Recorded_rows_come_back_with_their_bytes(string file, string wire, string symbol, string timeframe)
    {
        var recorded = RowsOf(file, symbol);
        var served = (await ServedAsync(wire, symbol, timeframe)).ToDictionary(row => row.TimeMs, row => row.Text);
        Assert.NotEmpty(recorded);
        Assert.All(recorded, row => Assert.Equal(row.Text, served[row.TimeMs]));
    }

    [Fact]
    public void Every_recorded_answer_with_rows_is_among_the_files_checked()
    {
        var files = Directory.EnumerateFiles(SharedData.Path("binance/wire"), "klines_*").Concat(Directory.EnumerateFiles(SharedData.Path("alpaca/wire"), "*bars_*"))
            .Select(path => Path.GetRelativePath(SharedData.Folder, path).Replace('\\', '/'))
            .Where(path => !path.Contains("bars_empty", StringComparison.Ordinal) && !path.Contains("bars_latest", StringComparison.Ordinal))
            .Order();
        Assert.Equal(files, Files.Select(row => row.Data.Item1).Distinct().Order());
    }

    [Fact]
    public async Task Archives_come_back_with_every_digit()
    {
        var served = (await ServedAsync("binance", "BTCUSDT", "1h")).ToDictionary(row => row.TimeMs, row => row.Text);
        foreach (var month in new[] { "01", "02", "03" })
        {
            foreach (var line in File.ReadLines(SharedData.Path($"binance/csv/BTCUSDT-1h-2023-{month}.csv")).Skip(1))
                Assert.Equal(line, string.Join(',', JsonDocument.Parse(served[long.Parse(line.AsSpan(0, 13))]).RootElement.EnumerateArray().Select(cell => cell.ToString())));
        }

        using var packed = new GZipStream(File.OpenRead(SharedData.Path("binance/csv/FILUSDT-1m-2023-05_um_futures.csv.gz")), CompressionMode.Decompress);
        using var lines = new StreamReader(packed);
        await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        var first = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        var row = (await fixture.Simulator.KlinesAsync("FILUSDT", "1m", $"&startTime={first![..13]}&limit=1")).Single();
        Assert.Equal(first, string.Join(',', JsonDocument.Parse(row.Raw).RootElement.EnumerateArray().Select(cell => cell.ToString())));
    }

    [Fact]
    public async Task Series_tell_what_is_served()
    {
        foreach (var info in fixture.Simulator.Host.Recordings)
        {
            var served = await ServedAsync(info.Wire, info.Symbol, info.Timeframe.ToString());
            Assert.Equal((info.Rows, info.FirstMs, info.LastMs), (served.Count, served[0].TimeMs, served[^1].TimeMs));
        }

        Assert.Equal(20, fixture.Simulator.Host.Recordings.Count);
    }

    [Fact]
    public async Task Queries_on_recordings_choose_rows_as_the_exchange_does()
    {
        var simulator = fixture.Simulator;
        Assert.Equal(1_502_942_400_000, (await simulator.KlinesAsync("BTCUSDT", "1m", "&startTime=0&limit=1")).Single().Time);
        Assert.Equal(1_790_445_840_000, (await simulator.KlinesAsync("BTCUSDT", "1m", "&limit=1")).Single().Time);
        var range = await simulator.KlinesAsync("BTCUSDT", "1m", "&startTime=1725416880000&endTime=1725417000000");
        Assert.Equal([1_725_416_880_000, 1_725_416_940_000, 1_725_417_000_000], range.Select(row => row.Time));
        Assert.Empty(await simulator.KlinesAsync("BTCUSDT", "15m"));
        Assert.Contains("-1121", (await simulator.GetAsync("/api/v3/klines?symbol=DOGEUSDT&interval=1m")).Body, StringComparison.Ordinal);
        Assert.Equal("{\"bars\":{},\"next_page_token\":null}", (await simulator.GetAsync("/v2/stocks/bars?symbols=GOOG,SOL/USD&timeframe=1Day&start=2020-01-01")).Body);
        var info = JsonDocument.Parse((await simulator.GetAsync("/api/v3/exchangeInfo")).Body).RootElement.GetProperty("symbols");
        Assert.Equal(
            ["1000SATSUSDT", "ALTBTC", "BTCUSDT", "ETHUSDT", "FILUSDT", "HOMEUSDT", "LTCBTC", "UNKNOWN"],
            info.EnumerateArray().Select(pair => pair.GetProperty("symbol").GetString()).Order());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("recordings");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "binance", "wire"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "binance", "wire", "klines_BTCUSDT_1m_cut.json"), "[[1,\"2\"", TestContext.Current.CancellationToken);
            var options = new SimulatorOptions { RecordingsDirectory = folder.FullName };
            var failure = await Assert.ThrowsAsync<BadDataException>(() => SimulatorHost.StartAsync(options, TestContext.Current.CancellationToken));
            Assert.Contains("klines_BTCUSDT_1m_cut.json", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<List<(long TimeMs, string Text)>> ServedAsync(string wire, string symbol, string timeframe)
    {
        var rows = new List<(long, string)>();
        if (wire == "binance")
        {
            for (var start = 0L; ;)
            {
                var page = await fixture.Simulator.KlinesAsync(symbol, timeframe, $"&startTime={start}&limit=1000");
                rows.AddRange(page.Select(row => (row.Time, row.Raw)));
                if (page.Length == 0)
                    return rows;
                start = page[^1].Time + 1;
            }
        }

        var path = symbol.Contains('/', StringComparison.Ordinal) ? "/v1beta3/crypto/us/bars" : "/v2/stocks/bars";
        var unit = timeframe[^1] switch { 'm' => "Min", 'h' => "Hour", _ => "Day" };
        var query = $"{path}?symbols={Uri.EscapeDataString(symbol)}&timeframe={timeframe[..^1]}{unit}&start=2000-01-01&limit=100";
        for (string? token = ""; token is not null;)
        {
            var (bars, next) = await fixture.Simulator.BarsAsync(token.Length == 0 ? query : $"{query}&page_token={Uri.EscapeDataString(token)}");
            rows.AddRange(bars[symbol].Select(bar => (bar.Time, bar.Raw)));
            token = next;
        }

        return rows;
    }

    private static List<(long TimeMs, string Text)> RowsOf(string file, string symbol)
    {
        var text = File.ReadAllText(SharedData.Path(file), Encoding.UTF8);
        if (file.EndsWith(".exvcr.json", StringComparison.Ordinal))
            text = JsonDocument.Parse(text).RootElement[0].GetProperty("response").GetProperty("body").GetString()!;
        if (file.EndsWith(".yml", StringComparison.Ordinal))
            text = text.Split('\n').Single(line => line.Contains("string: '{", StringComparison.Ordinal)).Trim()["string: '".Length..^1];
        var root = JsonDocument.Parse(text).RootElement;
        if (root.ValueKind == JsonValueKind.Array)
            return [.. root.EnumerateArray().Select(row => (row[0].GetInt64(), row.GetRawText()))];
        var bars = root.GetProperty("bars");
        return [.. (bars.ValueKind == JsonValueKind.Array ? bars : bars.GetProperty(symbol)).EnumerateArray()
            .Select(row => (FixedClock.Parse(row.GetProperty("t").GetString()!), row.GetRawText()))];
    }

    /// <summary>One host for all tests: reading the recordings takes half a second.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal SimulatorClient Simulator { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Simulator = await SimulatorClient.StartAsync(
            o => (o.RecordingsDirectory, o.ShortPages, o.BinanceWeightPerMinute, o.AlpacaRequestsPerMinute) = (SharedData.Folder, true, 100_000, 10_000));

        public ValueTask DisposeAsync() => Simulator.DisposeAsync();
    }
}
