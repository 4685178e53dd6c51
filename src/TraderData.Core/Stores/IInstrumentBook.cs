namespace TraderData.Core;

/// <summary>Keeps what sources list, with what has become of it. All members throw <see cref="StorageException"/> for the outside world's faults.</summary>
public interface IInstrumentBook
{
    /// <summary>What is known of a source's instruments, in ordinal order of their symbols; empty when it was never asked.</summary>
    Task<IReadOnlyList<ListedInstrument>> ReadAsync(string source, CancellationToken cancellationToken);

    /// <summary>Lays what a source lists now over what is known. Doing it again changes nothing.</summary>
    /// <param name="source">The source.</param>
    /// <param name="listed">All that it lists.</param>
    /// <param name="nowMs">When it was asked, Unix milliseconds UTC.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What is known now.</returns>
    Task<IReadOnlyList<ListedInstrument>> UpdateAsync(string source, IReadOnlyList<Instrument> listed, long nowMs, CancellationToken cancellationToken);
}
