namespace TraderData.Core;

/// <summary>The runs of all jobs of the last 30 days, of all workers on the same store.</summary>
public interface IJobHistory
{
    /// <summary>Keeps a run. What is older than <see cref="JobRun.Kept"/> is dropped from time to time.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    Task AddAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>The runs of a job, newest first.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="limit">How many at most, 1 or more.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="StorageException">The store cannot be reached, refuses, or is damaged.</exception>
    Task<IReadOnlyList<JobRun>> ListAsync(string job, int limit, CancellationToken cancellationToken);

    /// <summary>Every job that has a run, by name.</summary>
    /// <exception cref="StorageException">The store cannot be reached, refuses, or is damaged.</exception>
    Task<IReadOnlyDictionary<string, JobSummary>> SummarizeAsync(CancellationToken cancellationToken);
}
