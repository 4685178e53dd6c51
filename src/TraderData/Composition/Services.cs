using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using TraderData.Connectors;
using TraderData.Connectors.Alpaca;
using TraderData.Connectors.Binance;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Jobs;
using TraderData.Marketplace;
using TraderData.Rounds;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary>Puts the parts of the house together: the one place that knows all of them.</summary>
internal static class Services
{
    /// <summary>Opens everything that a command needs. Logs go to standard error, from warnings up.</summary>
    /// <exception cref="StorageException">Postgres cannot be reached or migrated.</exception>
    public static async Task<ServiceProvider> OpenAsync(Settings settings, CancellationToken cancellationToken)
    {
        var provider = Open(settings);
        try
        {
            await provider.GetRequiredService<TraderDataStorage>().MigrateAsync(cancellationToken).ConfigureAwait(false);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Puts together what a command needs, and asks nobody anything.</summary>
    /// <exception cref="MisuseException">Jobs cannot run with these settings; the message names each fault.</exception>
    public static ServiceProvider Open(Settings settings)
    {
        var jobs = JobsOf(settings, runJobs: false);
        if (jobs.Check() is { Count: > 0 } faults)
            throw new MisuseException(string.Join(Environment.NewLine, faults));
        var services = new ServiceCollection();
        AddTraderData(services, settings, LogLevel.Warning);
        services.AddTraderDataJobs(jobs);
        return services.BuildServiceProvider();
    }

    /// <summary>Adds the log, the stores, the sources and the exports.</summary>
    public static void AddTraderData(IServiceCollection services, Settings settings, LogLevel level)
    {
        AddLogging(services, level);
        services.AddSingleton(TimeProvider.System);
        services.AddTraderDataStorage(StorageOf(settings));
        services.AddTraderDataMarketplaceStore(settings.DataDirectory);
        if (settings.InfraTokenPepper.Length > 0)
        {
            services.AddTraderDataTokens(MarketplaceOf(settings));
            services.AddSingleton(provider => new RoundLinks(settings.InfraTokenPepper, provider.GetRequiredService<TimeProvider>()));
        }

        if (settings.DatabaseUrl.Length > 0)
            services.AddSingleton<IOutbox>(provider => provider.GetRequiredService<IMarketplaceStore>());
        services.AddSingleton<LonaExport>().AddSingleton<ExportDesk>().AddSingleton<CsvImport>();
        if (settings.LonaGatewayUrl.Length > 0)
            services.AddSingleton(provider => new LonaGateway(LonaGatewayOf(settings), provider.GetRequiredService<TimeProvider>()));
        AddRounds(services, settings);
        if (settings.DatabaseUrl.Length > 0)
            services.AddSingleton<ISealer, TieredSealer>();
        if (settings is { DatabaseUrl.Length: > 0, HotWindowDays: > 0 })
        {
            services.AddSingleton<IPruner>(provider => new TieredPruner(
                provider.GetRequiredService<TraderDataStorage>(), TimeSpan.FromDays(settings.HotWindowDays), provider.GetRequiredService<TimeProvider>()));
        }

        services.AddSingleton(_ => SourceHttpClient.Create());
        if (settings.RunPodApiKey.Length > 0)
            AddRunPod(services, settings);
        services.AddSingleton<IMarketDataSource>(provider => BinanceOf(provider, settings));
        services.AddSingleton<IMarketDataSource>(provider => AlpacaOf(provider, settings));
        if (HasAlpacaStream(settings))
            services.AddSingleton<IBarStream>(provider => new AlpacaStream(AlpacaStreamOf(settings), provider.GetRequiredService<TimeProvider>()));
        if (HasBinanceStream(settings))
            services.AddSingleton<IBarStream>(provider => new BinanceStream(BinanceStreamOf(settings), provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddRunPod(IServiceCollection services, Settings settings)
    {
        services.AddTraderDataRunPod(RunPodOf(settings));
        services.AddSingleton(TrainingOf(settings)).AddTraderDataTraining();
        if (settings.RunPodDeployments)
            services.AddSingleton(new PodOptions { PublicUrl = new Uri(settings.PublicUrl) }).AddTraderDataPods();
    }

    private static void AddRounds(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<RoundBuilder>().AddSingleton<RoundShelf>().AddSingleton<IRounds>(provider => provider.GetRequiredService<RoundShelf>());
        if (settings.RoundSigningKey.Length > 0)
            services.AddSingleton<IRoundSigner>(_ => PemSigner.Open(settings.RoundSigningKey));
        else if (settings.RoundSigningKeyVault.Length > 0)
            services.AddSingleton<IRoundSigner>(provider => KeyVaultSigner.WithDefaultIdentity(provider.GetRequiredService<HttpClient>(), new Uri(settings.RoundSigningKeyVault)));
        services.AddSingleton(provider => new RoundDesk(
            provider.GetRequiredService<RoundBuilder>(), provider.GetRequiredService<IFileStore>(), provider.GetRequiredService<RoundShelf>(), provider.GetService<IRoundSigner>()));
    }

    /// <summary>How jobs run with these settings.</summary>
    public static JobsOptions JobsOf(Settings settings, bool runJobs, Func<IEnumerable<string>>? readWatchList = null) => new()
    {
        ConnectionString = settings.DatabaseUrl.Length > 0 ? SettingsReader.PostgresOf(settings).ConnectionString : null,
        RunJobs = runJobs,
        WatchList = new WatchListOptions { Entries = settings.WatchList, Read = readWatchList },
        Repair = RepairOf(settings),
        CrossCheckSeries = settings.CrossCheckSeries,
        BuildRound = runJobs ? RoundOf(settings) : new(),
        ExportLona = LonaOf(settings),
        Streams = new StreamingOptions { Enabled = settings.StreamsEnabled },
    };

    /// <summary>Which round is cut on a schedule with these settings.</summary>
    public static BuildRoundOptions RoundOf(Settings settings) => new()
    {
        SpecFile = settings.RoundSpec.Length > 0 ? Path.GetFullPath(settings.RoundSpec) : null,
        Cron = settings.RoundCron,
    };

    /// <summary>What is exported for Lona on a schedule with these settings.</summary>
    public static ExportLonaOptions LonaOf(Settings settings) => new() { Entries = settings.LonaExports, Cron = settings.LonaCron };

    private static LonaGatewayOptions LonaGatewayOf(Settings settings) => new() { Url = new Uri(settings.LonaGatewayUrl), Token = settings.LonaAgentToken, AgentId = settings.LonaAgentId };

    /// <summary>When repair asks again with these settings.</summary>
    public static RepairOptions RepairOf(Settings settings) => new()
    {
        VerifyAfter = TimeSpan.FromMinutes(settings.RepairVerifyAfterMinutes),
        RetryAfter = TimeSpan.FromMinutes(settings.RepairRetryAfterMinutes),
        RetryAtMost = TimeSpan.FromMinutes(settings.RepairRetryAtMostMinutes),
    };

    /// <summary>How the marketplace keeps secrets with these settings.</summary>
    public static MarketplaceOptions MarketplaceOf(Settings settings) => new() { Pepper = settings.InfraTokenPepper };

    /// <summary>Where and as whom RunPod is asked with these settings.</summary>
    public static RunPodOptions RunPodOf(Settings settings) => new()
    {
        ApiKey = settings.RunPodApiKey,
        EndpointId = settings.RunPodEndpointId,
        BaseUrl = new Uri(settings.RunPodBaseUrl),
        PodsUrl = new Uri(settings.RunPodPodsUrl),
    };

    /// <summary>Where bars rest with these settings.</summary>
    public static StorageOptions StorageOf(Settings settings) => new()
    {
        DataDirectory = settings.DataDirectory,
        AzureConnectionString = settings.AzureStorageConnectionString,
        AzureAccountUrl = settings.AzureStorageAccountUrl,
        AzureContainer = settings.AzureContainer,
        AzureExportsContainer = settings.AzureExportsContainer,
        DatabaseUrl = settings.DatabaseUrl,
        BlockCacheBytes = settings.BlockCacheMiB * 1_048_576L,
    };

    private static TrainingOptions TrainingOf(Settings settings) => new()
    {
        QueuedNote = TrainingOptions.Waits,
        CostPerHourUsd = settings.TrainingCostPerHourUsd,
        PublicUrl = settings.PublicUrl.Length > 0 ? new Uri(settings.PublicUrl) : null,
    };

    // One line each, to standard error: standard output is for data alone.
    private static void AddLogging(IServiceCollection services, LogLevel level) => services.AddLogging(logging => logging
        .ClearProviders()
        .SetMinimumLevel(level)
        .AddFilter("Microsoft", LogLevel.Warning)
        // What the host fails by is thrown to us, and told once.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical)
        .AddFilter("Quartz", LogLevel.Warning)
        // Whatever the settings of logging say: the first tells queries, and that of a link is its signature; the second repeats headers that it cannot read, keys among them.
        .AddFilter<ConsoleLoggerProvider>("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)
        .AddFilter<ConsoleLoggerProvider>("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.UseUtcTimestamp = true;
        })
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    private static BinanceSource BinanceOf(IServiceProvider provider, Settings settings)
    {
        var options = new BinanceOptions { BaseUrl = new Uri(settings.BinanceBaseUrl), Settlement = TimeSpan.FromSeconds(settings.BinanceSettlementSeconds) };
        return new BinanceSource(
            provider.GetRequiredService<HttpClient>(), options, BudgetOf(provider, BinanceSource.SourceName, options.BaseUrl, options.Budget),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BinanceSource>>())
        {
            Archive = HasArchive(settings) ? ArchiveOf(provider, new BinanceArchiveOptions { BaseUrl = new Uri(settings.BinanceArchiveUrl) }) : null,
        };
    }

    private static bool HasArchive(Settings settings) => settings.BinanceArchiveUrl != Settings.None
        && (new Uri(settings.BinanceArchiveUrl) != BinanceArchiveOptions.DefaultBaseUrl || IsBinance(new Uri(settings.BinanceBaseUrl).Host));

    private static bool IsBinance(string host) =>
        host.EndsWith(".binance.com", StringComparison.Ordinal) || host.EndsWith(".binance.vision", StringComparison.Ordinal);

    private static bool HasBinanceStream(Settings settings) => settings.BinanceStreamUrl != Settings.None
        && (new Uri(settings.BinanceStreamUrl) != BinanceStreamOptions.DefaultUrl || IsBinance(new Uri(settings.BinanceBaseUrl).Host));

    private static BinanceStreamOptions BinanceStreamOf(Settings settings) => new()
    {
        Url = new Uri(settings.BinanceStreamUrl),
        Settlement = TimeSpan.FromSeconds(settings.BinanceSettlementSeconds),
    };

    // Without keys Alpaca streams nothing, and what is asked without them are simulators.
    private static bool HasAlpacaStream(Settings settings) => settings.AlpacaStreamUrl != Settings.None && settings.AlpacaApiKey.Length > 0
        && (new Uri(settings.AlpacaStreamUrl) != AlpacaStreamOptions.DefaultUrl || new Uri(settings.AlpacaDataUrl).Host.EndsWith(".alpaca.markets", StringComparison.Ordinal));

    // An update comes just behind the settlement.
    private static AlpacaStreamOptions AlpacaStreamOf(Settings settings) => new()
    {
        Url = new Uri(settings.AlpacaStreamUrl),
        Feed = settings.AlpacaFeed,
        Settlement = TimeSpan.FromSeconds(settings.AlpacaSettlementSeconds + 1),
        Credentials = new AlpacaCredentials(settings.AlpacaApiKey, settings.AlpacaApiSecret),
    };

    private static BinanceArchive ArchiveOf(IServiceProvider provider, BinanceArchiveOptions options)
    {
        var budget = BudgetOf(provider, "binance archives", options.BaseUrl, options.Budget);
        return new BinanceArchive(
            provider.GetRequiredService<HttpClient>(), options, budget, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BinanceArchive>>());
    }

    private static AlpacaSource AlpacaOf(IServiceProvider provider, Settings settings)
    {
        var options = new AlpacaOptions
        {
            DataUrl = new Uri(settings.AlpacaDataUrl),
            Settlement = TimeSpan.FromSeconds(settings.AlpacaSettlementSeconds),
            Feed = settings.AlpacaFeed,
            Adjustment = settings.AlpacaAdjustment,
            Credentials = settings.AlpacaApiKey.Length > 0 ? new AlpacaCredentials(settings.AlpacaApiKey, settings.AlpacaApiSecret) : null,
        };
        return new AlpacaSource(
            provider.GetRequiredService<HttpClient>(), options, BudgetOf(provider, AlpacaSource.SourceName, options.DataUrl, options.Budget),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AlpacaSource>>())
        {
            Assets = settings.AlpacaTradingUrl.Length > 0 ? AssetsOf(provider, new Uri(settings.AlpacaTradingUrl), options) : null,
        };
    }

    private static AlpacaAssets AssetsOf(IServiceProvider provider, Uri tradingUrl, AlpacaOptions options) => new(
        provider.GetRequiredService<HttpClient>(), tradingUrl, options, BudgetOf(provider, "alpaca trading", tradingUrl, options.Budget),
        provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AlpacaAssets>>());

    private static SourceBudget BudgetOf(IServiceProvider provider, string source, Uri baseUrl, SourceBudgetOptions options) => new(
        source, baseUrl, options, provider.GetRequiredService<IBudgetStore>(), provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<SourceBudget>>());
}
