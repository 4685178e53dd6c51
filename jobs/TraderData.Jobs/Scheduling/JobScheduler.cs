using Microsoft.Extensions.Logging;
using Quartz;

namespace TraderData.Jobs;

/// <summary>Hands jobs to whichever worker is free.</summary>
public sealed class JobScheduler
{
    private readonly ISchedulerFactory _schedulers;
    private readonly Backfill _backfill;
    private readonly ILogger<JobScheduler> _logger;

    /// <summary>Made by the container; see <see cref="JobsServices.AddTraderDataScheduler"/>.</summary>
    public JobScheduler(ISchedulerFactory schedulers, Backfill backfill, ILogger<JobScheduler> logger) =>
        (_schedulers, _backfill, _logger) = (schedulers, backfill, logger);

    /// <summary>Submits a backfill. It runs once on one worker, and goes on with another when that one ends before it is done.</summary>
    /// <returns>The id it is known under.</returns>
    /// <exception cref="ArgumentException">The request is wrong; see <see cref="Backfill.Check"/>.</exception>
    public async Task<string> SubmitAsync(BackfillRequest request, CancellationToken cancellationToken)
    {
        if (_backfill.Check(request) is { Count: > 0 } faults)
            throw new ArgumentException(string.Join("; ", faults));
        var id = Guid.CreateVersion7().ToString();
        var scheduler = await _schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        var job = BackfillJob.DetailOf(id, request);
        await scheduler.ScheduleJob(job, TriggerBuilder.Create().WithIdentity(id, BackfillJob.Group).ForJob(job).StartNow().Build(), cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        _logger.BackfillSubmitted(id, request.Source, request.Timeframe.ToString());
        return id;
    }
}
