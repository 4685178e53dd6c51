using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Connectors;
using TraderData.Connectors.Alpaca;
using TraderData.Connectors.Binance;
using TraderData.Core;
using TraderData.Simulator;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

/// <summary>The ordinary connectors, asking a simulated exchange over HTTP, and a real Postgres that their bars go to.</summary>
internal sealed class Exchange : IAsyncDisposable
{
    private readonly HttpClient _http = SourceHttpClient.Create();
    private readonly List<IDisposable> _budgets = [];
    private readonly PostgresDatabase _database;

    private Exchange(SimulatorHost simulator, PostgresDatabase database)
    {
        (Simulator, _database, Store) = (simulator, database, new PostgresBarStore(database, NullLogger<PostgresBarStore>.Instance));
        var patience = new SourceHttpOptions { FirstRetryDelay = TimeSpan.FromMilliseconds(1) };
        var binance = new BinanceOptions { BaseUrl = simulator.BaseUrl, Http = patience };
        var alpaca = new AlpacaOptions { DataUrl = simulator.BaseUrl, Http = patience, Credentials = new AlpacaCredentials("key", "secret") };
        Sources =
        [
            new BinanceSource(_http, binance, Budget("binance", binance.BaseUrl, binance.Budget), TimeProvider.System, NullLogger<BinanceSource>.Instance),
            new AlpacaSource(_http, alpaca, Budget("alpaca", alpaca.DataUrl, alpaca.Budget), TimeProvider.System, NullLogger<AlpacaSource>.Instance),
        ];
    }

    public SimulatorHost Simulator { get; }

    public PostgresBarStore Store { get; }

    public MemoryStore Quarantine { get; } = new();

    private IMarketDataSource[] Sources { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Exchange> StartAsync(PostgresServer postgres)
    {
        var options = PostgresOptions.Parse(await postgres.CreateDatabaseAsync(Cancel));
        var database = new PostgresDatabase(options);
        await PostgresMigrator.MigrateAsync(database, options, NullLogger.Instance, Cancel);
        return new Exchange(await SimulatorHost.StartAsync(new SimulatorOptions(), Cancel), database);
    }

    public Task<BackfillReport> BackfillAsync(string source, string symbols, string timeframe, string start, string end) =>
        new Backfill(Sources, Store, Quarantine, new BackfillOptions(), TimeProvider.System, NullLogger<Backfill>.Instance).RunAsync(
            new BackfillRequest(source, symbols.Split(','), Timeframe.Parse(timeframe), World.Range(start, end)), null, Cancel);

    public Task<RepairReport> RepairAsync(TimeSpan later = default) =>
        new Repair(
            Sources, Store, Quarantine, new MemoryBook(), new RepairOptions(), new BackfillOptions(), new SetClock((TimeProvider.System.GetUtcNow() + later).ToUnixTimeMilliseconds()),
            NullLogger<Repair>.Instance).RunAsync(new RepairRequest(), Cancel);

    /// <summary>All bars of a series, as text.</summary>
    public async Task<string[]> BarsAsync(Series series)
    {
        var lines = new List<string>();
        await foreach (var block in Store.ReadAsync(series, new BarQuery(TimeRange.All), Cancel))
            lines.AddRange(BarText.Of(block.Normalize()).Split('\n'));
        return [.. lines];
    }

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        await _database.DisposeAsync();
        _http.Dispose();
        _budgets.ForEach(b => b.Dispose());
    }

    private SourceBudget Budget(string source, Uri url, SourceBudgetOptions options)
    {
        var budget = new SourceBudget(source, url, options, new MemoryBudgetStore(), TimeProvider.System, NullLogger.Instance);
        _budgets.Add(budget);
        return budget;
    }
}
