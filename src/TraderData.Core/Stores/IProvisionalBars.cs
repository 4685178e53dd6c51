namespace TraderData.Core;

/// <summary>
/// The newest bars that may still change: those that form, and closed ones that are not settled. They are kept apart from the store, which holds final bars
/// alone, and are forgotten some minutes after they were heard. All members throw <see cref="StorageException"/> for the outside world's faults.
/// </summary>
public interface IProvisionalBars
{
    /// <summary>For how long a bar is given after it was heard: a stream that lives tells it again within seconds.</summary>
    static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(2);

    /// <summary>Takes bars, each in place of what was heard of it before.</summary>
    Task PutAsync(IReadOnlyList<(Series Series, Bar Bar)> bars, CancellationToken cancellationToken);

    /// <summary>The provisional bars of a series, ascending, a few at most. The store may hold some of them as final by now.</summary>
    Task<BarBlock> ReadAsync(Series series, CancellationToken cancellationToken);
}
