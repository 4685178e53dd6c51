using TraderData.Marketplace;
using TraderData.Rounds;

namespace TraderData.Jobs;

/// <summary>Makes links to the files that a run trains on.</summary>
internal sealed class RunFiles(IRounds rounds, RoundLinks links, TrainingOptions options)
{
    /// <summary>Links to all files of a run's round, made now.</summary>
    /// <returns>The links, or a note that says why there are none, and whether it stays so.</returns>
    public async Task<(IReadOnlyList<DatasetLink> Links, string? Note, bool IsFinal)> LinkAsync(TrainingRun run, CancellationToken cancellationToken)
    {
        if (await rounds.FindAsync(run.RoundId, cancellationToken).ConfigureAwait(false) is not { } round)
            return ([], RunNotes.NoRound(run.RoundId), true);
        return links.ToAll(rounds, round, options.PublicUrl is { } url ? RoundLinks.StartOf(url) : null) is { } made
            ? ([.. made.Select(link => new DatasetLink(link.Name, link.Url, link.EndsAt.UtcDateTime))], null, false)
            : ([], RunNotes.NoPublicUrl, false);
    }
}
