using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using TraderData.Connectors;
using TraderData.Core;
using TraderData.Marketplace;

namespace TraderData.Jobs.Tests;

/// <summary>A process as the executable composes it, as far as jobs go.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly IHost _host;

    private Worker(IHost host) => _host = host;

    public IJobControl Control => _host.Services.GetRequiredService<IJobControl>();

    public JobScheduler Jobs => _host.Services.GetRequiredService<JobScheduler>();

    public static async Task<Worker> StartAsync(
        World world, FiringLog log, string? connectionString, bool runJobs = true, string? ingestCron = null, string? rereadCron = null,
        ISealer? sealer = null, Func<IEnumerable<string>>? readWatchList = null, ILoggerProvider? logs = null, TimeSpan? firstRetry = null, IOutbox? outbox = null, params string[] watchList)
    {
        var options = new JobsOptions
        {
            ConnectionString = connectionString,
            RunJobs = runJobs,
            WatchList = new WatchListOptions { Entries = watchList, Read = readWatchList },
            IngestCron = ingestCron,
            FirstRetry = firstRetry ?? TimeSpan.FromMinutes(1),
            RereadCron = rereadCron ?? JobsOptions.DefaultRereadCron,
            SealCron = sealer is null ? JobsOptions.DefaultSealCron : "* * * * * ?",
            DrainOutboxCron = outbox is null ? JobsOptions.DefaultDrainOutboxCron : "* * * * * ?",
            Configure = quartz => quartz.AddJobListener(log),
        };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (logs is not null)
            builder.Logging.AddProvider(logs);
        builder.Services.AddSingleton<IMarketDataSource>(world.Source).AddSingleton<IBarStore>(world.Store).AddSingleton<IQuarantine>(world.Store)
            .AddSingleton<IInstrumentBook>(world.Book).AddSingleton<IWatchDates>(world.Dates).AddSingleton(TimeProvider.System).AddSingleton<IJobHistory>(world.History);
        if (sealer is not null)
            builder.Services.AddSingleton(sealer);
        if (outbox is not null)
            builder.Services.AddSingleton(outbox);
        builder.Services.AddTraderDataJobs(options).AddTraderDataScheduler(options);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new Worker(host);
    }

    /// <summary>Does now what is done every half minute.</summary>
    public Task ReadWatchListAsync() =>
        _host.Services.GetServices<IHostedService>().OfType<WatchListReload>().Single().LookAsync(TestContext.Current.CancellationToken);

    public async Task<string[]> TriggersAsync()
    {
        var scheduler = await _host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken);
        var triggers = await scheduler.GetTriggers(
            [.. await scheduler.GetTriggerKeys(GroupMatcher<TriggerKey>.GroupEquals(IngestJob.Group), TestContext.Current.CancellationToken)], TestContext.Current.CancellationToken);
        return [.. triggers.Select(t => $"{t.Key.Name} {((ICronTrigger)t).CronExpressionString}").Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
