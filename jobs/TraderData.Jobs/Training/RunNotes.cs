using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>What runs say of themselves, to their vendors.</summary>
internal static class RunNotes
{
    public const string AtProvider = "it waits at the provider for a machine";

    public const string NoPublicUrl = "it cannot start: PUBLIC_URL is not set, and without it nobody knows where its files can be fetched from";

    public const string Withdrawn = "it waited for ten minutes at the provider for a machine, and is handed over anew with links that last";

    public const string CancelledThere = "it was cancelled at the provider";

    public static string NoRound(string roundId) => $"round {roundId} is offered no more: it was retired or has expired; ask for a run on another one";

    public static string Busy(ProviderException e) => $"the provider does not take it now, and is asked again: {e.Message}";

    public static string Refused(ProviderException e) => Bounded($"the provider refused it: {e.Message}{(e.Said is null ? "" : $"; it says: {e.Said}")}");

    /// <summary>Nobody knows whether it was taken.</summary>
    public static string Unclear(TrainingRun run, string reason) => Bounded(
        $"it is not known whether the provider took it: look for run_id {run.Id} in its console, and stop it there if it is there; the run can be asked for again ({reason})");

    /// <summary>What became of a run, by what its provider says.</summary>
    public static string? Of(TrainingRun run, TrainingProgress progress) => progress.State switch
    {
        ProgressState.Failed => progress.Text ?? "it failed, and the provider does not say why",
        ProgressState.Cancelled => CancelledThere,
        ProgressState.TimedOut => Bounded($"the provider stopped it: it took longer than its budget or the provider's own limit allows{(progress.Text is null ? "" : $"; it says: {progress.Text}")}"),
        ProgressState.Gone => $"the provider knows it no more, and what became of it is told for half an hour only: look for run_id {run.Id} in its console; the run can be asked for again",
        ProgressState.Unknown => $"the provider says '{progress.Text}', which is not known here: it is left as it is",
        _ => progress.Text,
    };

    private static string Bounded(string note) => ProviderText.Clean(note) ?? "";
}
