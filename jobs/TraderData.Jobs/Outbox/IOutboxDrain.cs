using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Moves what waits in the outbox of signals into its tables. Can be repeated.</summary>
public interface IOutboxDrain
{
    /// <summary>Moves the oldest rows.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="StorageException">The database cannot be reached, or refuses.</exception>
    Task<OutboxDrained> DrainAsync(int max, CancellationToken cancellationToken);
}

/// <summary>What one pass did.</summary>
/// <param name="Stored">Rows that are in their tables now.</param>
/// <param name="Failed">Rows that were refused and are tried again.</param>
/// <param name="Parked">Rows that were refused for the last time.</param>
public readonly record struct OutboxDrained(int Stored, int Failed, int Parked);
