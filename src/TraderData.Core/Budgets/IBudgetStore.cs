namespace TraderData.Core;

/// <summary>
/// Where the budgets of all sources are kept: one record a source, which every process on the same store sees. It outlives the processes.
/// </summary>
public interface IBudgetStore
{
    /// <summary>Changes a source's record in one step: nobody else's change comes in between.</summary>
    /// <param name="source">The source; a record that is not there is <see cref="BudgetRecord.Empty"/>.</param>
    /// <param name="change">Makes the new record from the present one, and an answer; called again when somebody else was quicker.</param>
    /// <param name="cancellationToken">Stops it; the change is made whole or not at all.</param>
    /// <returns>The answer that came with the record that is kept now.</returns>
    /// <exception cref="StorageException">The store cannot be reached within some seconds, refuses, or holds a damaged record.</exception>
    Task<T> UpdateAsync<T>(string source, Func<BudgetRecord, (BudgetRecord Record, T Answer)> change, CancellationToken cancellationToken);

    /// <summary>The records that there are, by source.</summary>
    /// <exception cref="StorageException">The store cannot be reached, refuses, or holds a damaged record.</exception>
    Task<IReadOnlyDictionary<string, BudgetRecord>> ListAsync(CancellationToken cancellationToken);
}
