using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Testing;

/// <summary>The history of one test's jobs.</summary>
public sealed class MemoryJobHistory : IJobHistory
{
    /// <summary>What was kept, in that order.</summary>
    public ConcurrentQueue<JobRun> Runs { get; } = [];

    /// <summary>The summaries that are told; a test sets them.</summary>
    public Dictionary<string, JobSummary> Summaries { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task AddAsync(JobRun run, CancellationToken cancellationToken)
    {
        Runs.Enqueue(run);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRun>> ListAsync(string job, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JobRun>>([.. Runs.Where(run => run.Job == job).Reverse().Take(limit)]);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, JobSummary>> SummarizeAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, JobSummary>>(Summaries);
}
