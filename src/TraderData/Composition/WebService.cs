using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TraderData.Api;
using TraderData.Connectors;
using TraderData.Core;
using TraderData.Jobs;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary>What a process does: answer HTTP, run jobs, or both.</summary>
internal enum ServiceRole
{
    /// <summary>HTTP and jobs.</summary>
    All,

    /// <summary>HTTP only: may scale to zero.</summary>
    Api,

    /// <summary>Jobs, and HTTP for health and jobs alone.</summary>
    Worker,
}

/// <summary>The running service: HTTP and the scheduler in one host.</summary>
internal static class WebService
{
    /// <summary>Builds it, with its stores migrated, and starts nothing yet.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="role">What it does.</param>
    /// <param name="urls">Where it listens; null for the port of the settings on localhost.</param>
    /// <param name="level">From which level it logs.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="readWatchList">Reads the watch list again while it runs; null when it stays as it is.</param>
    /// <exception cref="MisuseException">A setting is wrong.</exception>
    public static async Task<WebApplication> BuildAsync(
        Settings settings, ServiceRole role, string? urls, LogLevel level, CancellationToken cancellationToken, Func<IEnumerable<string>>? readWatchList = null)
    {
        // Nobody reads the host's own settings a second time: nothing is to watch their files.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        // Port 0, any that is free, can be taken for one address only, and localhost is two.
        var addresses = urls ?? (settings.Port == 0 ? "http://127.0.0.1:0" : $"http://localhost:{settings.Port}");
        builder.WebHost.UseUrls(MetricsPort.Add(addresses, settings.MetricsPort));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        Services.AddTraderData(builder.Services, settings, level);
        var jobs = Services.JobsOf(settings, role != ServiceRole.Api, readWatchList);
        if (jobs.Check() is { Count: > 0 } faults)
            throw new MisuseException(string.Join(Environment.NewLine, faults));
        builder.Services.AddTraderDataJobs(jobs);
        // A process that only answers looks at the schedule in the database; without one the schedule is in the memory of the process that runs it.
        if (role != ServiceRole.Api || jobs.ConnectionString is not null)
            builder.Services.AddTraderDataScheduler(jobs);
        builder.Services.AddSingleton(ListenPolicy.OptionsOf(settings, role, addresses));
        builder.Services.AddTraderDataApi();
        HealthParts.AddTo(builder.Services, settings);
        builder.Services.AddSingleton<StoreSample>().AddSingleton<Telemetry>();
        var app = builder.Build();
        try
        {
            CheckWatchList(app.Services);
            await app.Services.GetRequiredService<TraderDataStorage>().MigrateAsync(cancellationToken).ConfigureAwait(false);
            if (role != ServiceRole.Worker)
                await WarmUpAsync(app, cancellationToken).ConfigureAwait(false);
            var telemetry = app.Services.GetRequiredService<Telemetry>();
            telemetry.Attach(app, atOnce: role != ServiceRole.Api);
            app.MapTraderDataMetrics(telemetry.AnswerAsync, settings.MetricsPort == 0 ? null : settings.MetricsPort);
            return role == ServiceRole.Worker ? app.MapTraderDataHealth().MapTraderDataJobs() : app.MapTraderDataApi();
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts to listen, and to run jobs.</summary>
    /// <exception cref="MisuseException">The port is taken.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new MisuseException($"{e.Message} Stop the other program, or choose another port with PORT, --port or --urls.", e);
        }
    }

    /// <summary>The address it listens on, with the port that was really taken.</summary>
    public static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace(IPAddress.Any.ToString(), "localhost", StringComparison.Ordinal);

    private static async Task WarmUpAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.WarmUpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // Bars can be served meanwhile; who sends a key is told.
        }
    }

    private static void CheckWatchList(IServiceProvider services)
    {
        // Most processes that only answer watch nothing, and need no source.
        if (services.GetRequiredService<JobsOptions>().WatchList.Entries.Count == 0)
            return;
        var faults = services.GetRequiredService<CurrentWatchList>().Value.Check(services.GetServices<IMarketDataSource>()).ToList();
        if (faults.Count > 0)
            throw new MisuseException(string.Join(Environment.NewLine, faults));
    }
}
