using System.Collections.Concurrent;
using Quartz;

namespace TraderData.Jobs.Tests;

/// <summary>Sees every job that any of a test's schedulers runs, and lets a test wait for some of them.</summary>
internal sealed class FiringLog : IJobListener
{
    private readonly ConcurrentQueue<Firing> _done = [];
    private readonly ConcurrentDictionary<(Func<IEnumerable<Firing>, bool> Condition, TaskCompletionSource Met), byte> _waiting = [];

    public string Name => "firings";

    /// <summary>Jobs that ended, in that order.</summary>
    public IReadOnlyCollection<Firing> Done => [.. _done];

    public ValueTask JobToBeExecuted(IJobExecutionContext context, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask JobExecutionVetoed(IJobExecutionContext context, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask JobWasExecuted(IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken = default)
    {
        _done.Enqueue(new Firing(
            context.JobDetail.Key.Name, context.Trigger.Key.Group, context.ScheduledFireTimeUtc, context.Scheduler.SchedulerInstanceId, context.Outcome, jobException?.Message));
        Look();
        return ValueTask.CompletedTask;
    }

    /// <summary>Completes as soon as the jobs that ended meet a condition.</summary>
    public Task WhenAsync(Func<IEnumerable<Firing>, bool> condition)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[(condition, met)] = 0;
        Look();
        return met.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private void Look()
    {
        foreach (var (waiting, _) in _waiting)
        {
            if (waiting.Condition(_done))
                waiting.Met.TrySetResult();
        }
    }
}

internal sealed record Firing(string Job, string TriggerGroup, DateTimeOffset? Scheduled, string Instance, ExecutionOutcome Outcome, string? Error);
