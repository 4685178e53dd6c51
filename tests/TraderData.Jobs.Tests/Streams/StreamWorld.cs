using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Connectors;
using TraderData.Connectors.Binance;
using TraderData.Core;
using TraderData.Simulator;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

/// <summary>A simulated exchange some seconds before a close, the ordinary connectors, a real store, and what follows the streams in between.</summary>
internal sealed class StreamWorld : IAsyncDisposable
{
    private readonly HttpClient _http = SourceHttpClient.Create();
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly SourceBudget _budget;
    private readonly BinanceSource _binance;
    private readonly BarStreaming _streaming;
    private readonly StreamMeter _meter;
    private readonly TraderDataStorage _storage;

    private StreamWorld(SimulatorHost exchange, TraderDataStorage storage, string folder, TimeProvider clock, string[] watched)
    {
        (Exchange, _storage, _folder, _clock) = (exchange, storage, folder, clock);
        var options = new BinanceOptions { BaseUrl = exchange.BaseUrl, Http = new SourceHttpOptions { FirstRetryDelay = TimeSpan.FromMilliseconds(10) } };
        _budget = new SourceBudget("binance", options.BaseUrl, options.Budget, new MemoryBudgetStore(), clock, NullLogger.Instance);
        _binance = new BinanceSource(_http, options, _budget, clock, NullLogger<BinanceSource>.Instance);
        var list = new CurrentWatchList(WatchList.Parse(watched, out var errors));
        Assert.Empty(errors);
        var stream = new BinanceStream(
            new BinanceStreamOptions { Url = exchange.StreamUrl, Connection = new StreamOptions { MaxSilence = TimeSpan.FromSeconds(3) } }, clock);
        var series = new WatchedSeries([_binance], list, storage.Instruments, clock, NullLogger<WatchedSeries>.Instance);
        Ingest = new Ingest(
            [_binance], series, storage.Watched, storage.Bars, storage.Quarantine, new IngestOptions(), new BackfillOptions(), clock, NullLogger<Ingest>.Instance);
        _meter = new StreamMeter(clock);
        _streaming = new BarStreaming(
            [stream], [_binance], list, series, Ingest, storage.Bars, storage.Provisional, new StreamingOptions { Enabled = true, FirstRetry = TimeSpan.FromMilliseconds(100) }, _meter,
            clock, new Logger<BarStreaming>(new LoggerFactory([Log])));
    }

    public SimulatorHost Exchange { get; }

    public Ingest Ingest { get; }

    public CapturedLog Log { get; } = new();

    public IBarStore Store => _storage.Bars;

    public IProvisionalBars Provisional => _storage.Provisional;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts the exchange and makes the store; nothing is followed yet.</summary>
    /// <param name="now">What the exchange's clock shows.</param>
    /// <param name="database">A connection string; null for the lake alone.</param>
    /// <param name="watched">The watch list.</param>
    public static async Task<StreamWorld> StartAsync(string now, string? database, params string[] watched)
    {
        var clock = new RunningClock(now);
        var exchange = await SimulatorHost.StartAsync(
            new SimulatorOptions { Clock = clock, AcceptAnySymbol = true, StreamEvery = TimeSpan.FromMilliseconds(500), BinanceWeightPerMinute = 100_000 }, Cancel);
        var folder = Directory.CreateTempSubdirectory("td-streams-").FullName;
        var storage = TraderDataStorage.Open(
            new StorageOptions { DataDirectory = folder, DatabaseUrl = database ?? "" }, NullLoggerFactory.Instance);
        await storage.MigrateAsync(Cancel);
        return new StreamWorld(exchange, storage, folder, clock, watched);
    }

    /// <summary>Begins to follow, and waits until the connection stands.</summary>
    public async Task FollowAsync()
    {
        await _streaming.StartAsync(Cancel);
        await WaitAsync(() => Task.FromResult(Exchange.Stats.RequestsTo("/stream") > 0));
    }

    public Task<BackfillReport> BackfillAsync(IReadOnlyList<string> symbols, TimeRange range) => new Backfill(
        [_binance], Store, _storage.Quarantine, new BackfillOptions { ParallelSeries = 4 }, _clock, NullLogger<Backfill>.Instance).RunAsync(
        new BackfillRequest("binance", symbols, Timeframe.M1, range), null, Cancel);

    /// <summary>The opening times that are held of a series.</summary>
    public async Task<long[]> TimesAsync(Series series)
    {
        var times = new List<long>();
        await foreach (var block in Store.ReadAsync(series, new BarQuery(TimeRange.All), Cancel))
            times.AddRange(block.Times);
        return [.. times];
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task WaitAsync(Func<Task<bool>> isSo, int seconds = 20)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (!await isSo())
            await Task.Delay(20, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _streaming.StopAsync(CancellationToken.None);
        _streaming.Dispose();
        _meter.Dispose();
        await _storage.DisposeAsync();
        await Exchange.DisposeAsync();
        _budget.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
