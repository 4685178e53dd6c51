using Microsoft.Extensions.Hosting;
using Quartz;

namespace TraderData.Jobs;

/// <summary>Closes, at the end of a process that runs no jobs, the scheduler that it looked into others' schedule with, if it did.</summary>
internal sealed class IdleScheduler(ISchedulerFactory schedulers) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var scheduler in await schedulers.GetAllSchedulers(cancellationToken).ConfigureAwait(false))
            await scheduler.Shutdown(waitForJobsToComplete: false, cancellationToken).ConfigureAwait(false);
    }
}
