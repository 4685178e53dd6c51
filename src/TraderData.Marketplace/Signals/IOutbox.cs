using TraderData.Core;

namespace TraderData.Marketplace;

/// <summary>Signals that were taken and are not in their tables yet.</summary>
public interface IOutbox
{
    /// <summary>Moves the oldest rows of the outbox into their tables, and forgets keys of requests that are too old. Can be repeated.</summary>
    /// <param name="max">How many rows at most.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    Task<DrainResult> DrainAsync(int max, DateTime now, CancellationToken cancellationToken);
}
