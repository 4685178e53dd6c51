using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Drops from the hot tier what is older than its window and sealed in the lake. Can be repeated.</summary>
public interface IPruner
{
    /// <summary>Drops every sealed partition behind the window, after it was found in the lake again.</summary>
    /// <returns>How many bars were dropped.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or partitions could not be pruned; all others are.</exception>
    Task<long> PruneAsync(CancellationToken cancellationToken);
}
