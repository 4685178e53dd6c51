using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Puts the jobs into a container.</summary>
public static class JobsServices
{
    /// <summary>The name under which all workers of one database share their schedule.</summary>
    internal const string SchedulerName = "trader-data";

    // A job that another process submits is seen when the schedule is read again: soon enough for a person who waits for it.
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(5);

    // 1, 2, 4 … 60 minutes: a nightly job is tried again for half a day. What runs oftener than that is not held up: its next time comes first.
    private const int MaxRetries = 15;
    private const double RetryJitter = 0.2;
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    /// <summary>
    /// Adds <see cref="Backfill"/>, <see cref="Ingest"/>, <see cref="Repair"/>, <see cref="CrossCheck"/> and the <see cref="CurrentWatchList"/>, to be called directly. The container must hold the
    /// sources, an <see cref="IBarStore"/>, an <see cref="IQuarantine"/>, an <see cref="IInstrumentBook"/>, <see cref="IWatchDates"/> and a <see cref="TimeProvider"/>.
    /// </summary>
    /// <exception cref="OptionsValidationException">The settings are wrong; it has every fault.</exception>
    public static IServiceCollection AddTraderDataJobs(this IServiceCollection services, JobsOptions options)
    {
        if (options.Check() is { Count: > 0 } faults)
            throw new OptionsValidationException(nameof(JobsOptions), typeof(JobsOptions), faults);
        return services
            .AddSingleton(options)
            .AddSingleton(options.Backfill)
            .AddSingleton(options.Ingest)
            .AddSingleton(options.Repair)
            .AddSingleton(options.Streams)
            .AddSingleton(new CurrentWatchList(WatchList.Parse(options.WatchList.Entries, out _)))
            .AddSingleton<WatchedSeries>()
            .AddSingleton<Backfill>()
            .AddSingleton<Reread>()
            .AddSingleton<Repair>()
            .AddSingleton<CrossCheck>()
            .AddSingleton<ExportLona>()
            .AddSingleton<Ingest>();
    }

    /// <summary>
    /// Adds the scheduler to what <see cref="AddTraderDataJobs"/> added (the container must also hold an <see cref="IJobHistory"/>): a <see cref="JobScheduler"/> to submit to and, where the options say so, the
    /// running of jobs from the host's start to its end. With a connection string the schedule is kept in Postgres, whose tables are made when
    /// missing, and each firing runs on one of all processes; without, in memory.
    /// </summary>
    public static IServiceCollection AddTraderDataScheduler(this IServiceCollection services, JobsOptions options)
    {
        services.AddQuartz(quartz => Configure(quartz, options));
        services.AddSingleton<JobScheduler>();
        services.AddSingleton<IJobControl, JobControl>();
        services.AddSingleton(provider => new IngestLag(
            provider.GetRequiredService<CurrentWatchList>(), provider.GetRequiredService<IBarStore>(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<TriggerSync>();
        if (options.RunJobs)
            services.AddHostedService(provider => provider.GetRequiredService<TriggerSync>());
        // Nothing that it asks for is made before a list changes: a process that only answers may never need it.
        services.AddHostedService(provider => new WatchListReload(
            options,
            provider.GetRequiredService<CurrentWatchList>(),
            provider.GetServices<IMarketDataSource>,
            provider.GetRequiredService<TriggerSync>,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WatchListReload>>()));
        if (options.RunJobs && options.Streams.Enabled)
            services.AddSingleton(provider => new StreamMeter(provider.GetService<TimeProvider>() ?? TimeProvider.System)).AddHostedService<BarStreaming>();
        // A process that only submits has a scheduler that is never started: it writes to the shared schedule and takes nothing from it. It is made when it is first asked for, which most are
        // never.
        return options.RunJobs
            ? services.AddQuartzHostedService(hosted =>
            {
                hosted.AutoStart = true;
                hosted.WaitForJobsToComplete = true;
            })
            : services.AddHostedService<IdleScheduler>();
    }

    /// <summary>
    /// Adds the job that hands training runs over and follows them. The container must hold an <c>IMarketplaceStore</c>, an <c>ITrainingProvider</c>, the <c>TrainingOptions</c>, <c>IRounds</c> and
    /// <c>RoundLinks</c>.
    /// </summary>
    public static IServiceCollection AddTraderDataTraining(this IServiceCollection services) => services.AddSingleton<AdvanceTraining>();

    /// <summary>Adds the job that makes pods for deployments. The container must hold an <c>IMarketplaceStore</c>, <c>IPods</c>, the <c>PodOptions</c> and a <c>TokenBook</c>.</summary>
    public static IServiceCollection AddTraderDataPods(this IServiceCollection services) => services.AddSingleton<PodMaker>().AddSingleton<AdvanceDeployments>();

    private static void Configure(IQuartzBuilder quartz, JobsOptions options)
    {
        quartz.ConfigureScheduler(scheduler =>
        {
            scheduler.InstanceName = SchedulerName;
            scheduler.IdleWaitTime = IdleWait;
            // A job is told of a shutdown and stops at its next chunk; the chunks that are written stay.
            scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
        });
        quartz.UseDefaultThreadPool(options.MaxConcurrentJobs);
        quartz.UseDefaultRetryPolicy(RetryPolicy.Exponential(MaxRetries, options.FirstRetry, 2, LongestRetry, RetryJitter));
        quartz.AddJobListener(services => new RunRecorder(services.GetRequiredService<IJobHistory>(), services.GetRequiredService<ILogger<RunRecorder>>()));
        if (options.ConnectionString is { } connectionString)
            quartz.UsePersistentStore(store => Persist(store, connectionString));
        else
            quartz.UseInMemoryStore();
        options.Configure(quartz);
    }

    private static void Persist(IPersistentStoreBuilder store, string connectionString)
    {
        store.UsePostgres(NpgsqlFactory.Instance, connectionString);
        store.UseClustering();
        store.ProvisionSchema();
        store.UseExecutionHistory();
        store.ConfigureStore(o =>
        {
            o.StoreJobDataAsStrings = true;
            // A job that a shutdown stops is done again by another worker, as after a crash.
            o.RecoverFiringsCancelledByShutdown = true;
        });
    }
}
