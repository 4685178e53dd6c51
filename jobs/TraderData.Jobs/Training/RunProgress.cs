using System.Text.Json;
using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>What a run is, by what its provider says of it.</summary>
internal static class RunProgress
{
    /// <summary>The run behind an answer.</summary>
    /// <returns>The run itself when nothing changes.</returns>
    public static TrainingRun Of(TrainingRun run, TrainingProgress progress, DateTime now)
    {
        if (IsWithdrawn(run) && progress.State is ProgressState.Cancelled or ProgressState.Gone)
            return run with { ProviderId = null, SubmittedAt = null, WithdrawnAt = null, Note = RunNotes.Withdrawn };
        var next = progress.State switch
        {
            ProgressState.Waiting => run,
            ProgressState.Unknown => run with { Note = RunNotes.Of(run, progress) },
            // It was told to stop, and will.
            ProgressState.Running when IsWithdrawn(run) && now - run.WithdrawnAt < RunTimes.WithdrawalPatience => run,
            ProgressState.Running => WithOutput(run, progress) with { Status = RunStatus.Running, StartedAt = run.StartedAt ?? now },
            _ => WithOutput(run, progress) with { Status = StatusOf(progress.State), FinishedAt = now, ProviderDoneAt = now },
        };
        return IsSame(run, next) ? run : next;
    }

    private static bool IsWithdrawn(TrainingRun run) => run is { Status: RunStatus.Queued, WithdrawnAt: not null };

    private static string StatusOf(ProgressState state) => state switch
    {
        ProgressState.Succeeded => RunStatus.Succeeded,
        ProgressState.Cancelled => RunStatus.Cancelled,
        _ => RunStatus.Failed,
    };

    // What is not told any more stays as it was told.
    private static TrainingRun WithOutput(TrainingRun run, TrainingProgress progress) => run with
    {
        Metrics = progress.Metrics ?? run.Metrics,
        Artifacts = progress.Artifacts ?? run.Artifacts,
        LogsUrl = progress.LogsUrl ?? run.LogsUrl,
        Note = RunNotes.Of(run, progress),
    };

    // So that the store is not written every half minute for nothing.
    private static bool IsSame(TrainingRun run, TrainingRun next) => ReferenceEquals(run, next)
        || (JsonElement.DeepEquals(run.Metrics, next.Metrics)
            && (run.Artifacts is { } had && next.Artifacts is { } has ? JsonElement.DeepEquals(had, has) : run.Artifacts is null && next.Artifacts is null)
            && next with { Metrics = run.Metrics, Artifacts = run.Artifacts } == run);
}
