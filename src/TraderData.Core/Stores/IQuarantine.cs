namespace TraderData.Core;

/// <summary>Keeps what was refused, so that a person can look at it, and so that a file that was refused is not fetched again.</summary>
public interface IQuarantine
{
    /// <summary>Keeps a refused text with the reason. Keeping the same again changes nothing.</summary>
    /// <returns>The name it is kept under.</returns>
    Task<string> PutAsync(Series series, BadDataException reason, CancellationToken cancellationToken);

    /// <summary>Keeps the verdict on a file of an archive, in place of an earlier one on the same file.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    Task CondemnAsync(Series series, ArchiveVerdict verdict, CancellationToken cancellationToken);

    /// <summary>Takes the verdict on a file back: it was fetched again and is good. Nothing happens when there is none.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    Task PardonAsync(Series series, string file, CancellationToken cancellationToken);

    /// <summary>The verdicts on files of a series, in the order of their names.</summary>
    /// <exception cref="StorageException">The store cannot be reached, refuses, or holds what is none.</exception>
    Task<IReadOnlyList<ArchiveVerdict>> VerdictsAsync(Series series, CancellationToken cancellationToken);
}
