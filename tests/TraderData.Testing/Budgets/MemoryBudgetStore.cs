using TraderData.Core;

namespace TraderData.Testing;

/// <summary>Budgets of the processes of one test, which are objects; and a store that is away, when a test says so.</summary>
public sealed class MemoryBudgetStore : IBudgetStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BudgetRecord> _records = new(StringComparer.Ordinal);

    /// <summary>Why it cannot be reached; null when it can.</summary>
    public string? Fault { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Calls { get; private set; }

    /// <summary>A source's record; empty when there is none.</summary>
    public BudgetRecord this[string source]
    {
        get
        {
            lock (_gate)
                return _records.GetValueOrDefault(source, BudgetRecord.Empty);
        }

        set
        {
            lock (_gate)
                _records[source] = value;
        }
    }

    /// <inheritdoc/>
    public Task<T> UpdateAsync<T>(string source, Func<BudgetRecord, (BudgetRecord Record, T Answer)> change, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Calls++;
            if (Fault is { } fault)
                return Task.FromException<T>(new StorageException(StorageErrorKind.Unavailable, fault));
            var (record, answer) = change(_records.GetValueOrDefault(source, BudgetRecord.Empty));
            _records[source] = record;
            return Task.FromResult(answer);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, BudgetRecord>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyDictionary<string, BudgetRecord>>(new Dictionary<string, BudgetRecord>(_records, StringComparer.Ordinal));
    }
}
