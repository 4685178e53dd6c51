namespace TraderData.Jobs;

/// <summary>Folds what is closed in the hot tier into the lake. Can be repeated.</summary>
public interface ISealer
{
    /// <summary>Folds every closed partition that the lake does not hold yet.</summary>
    /// <returns>How many partitions were written.</returns>
    Task<int> SealAsync(CancellationToken cancellationToken);
}
