using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Folds what is closed in the hot tier into the lake. Can be repeated.</summary>
public interface ISealer
{
    /// <summary>Folds every closed partition that the lake does not hold yet.</summary>
    /// <returns>How many partitions were written.</returns>
    Task<int> SealAllAsync(CancellationToken cancellationToken);

    /// <summary>Folds the closed partitions of a series that overlap a range and that the lake does not hold yet.</summary>
    /// <returns>How many partitions were written.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or refuses.</exception>
    Task<int> SealAsync(Series series, TimeRange within, CancellationToken cancellationToken);
}
