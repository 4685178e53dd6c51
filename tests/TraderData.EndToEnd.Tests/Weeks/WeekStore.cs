using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TraderData.Cli;
using TraderData.Core;
using TraderData.Jobs;

namespace TraderData.EndToEnd.Tests;

/// <summary>The stores of the week as another process sees them, and its schedule, to submit to.</summary>
internal sealed class WeekStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public WeekStore(Settings settings, FastTime time)
    {
        var services = new ServiceCollection();
        Services.AddTraderData(services, settings, LogLevel.Error);
        var jobs = Services.JobsOf(settings, runJobs: false);
        services.AddTraderDataJobs(jobs).AddTraderDataScheduler(jobs).Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
        _services = services.BuildServiceProvider();
    }

    public IBarStore Bars => _services.GetRequiredService<IBarStore>();

    public IJobHistory Runs => _services.GetRequiredService<IJobHistory>();

    public Task SubmitAsync(BackfillRequest request, CancellationToken cancellationToken) =>
        _services.GetRequiredService<JobScheduler>().SubmitAsync(request, cancellationToken);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
