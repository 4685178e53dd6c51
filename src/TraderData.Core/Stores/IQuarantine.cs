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

/// <summary>Named files beside the lake, for exports. A file appears whole or not at all.</summary>
public interface IFileStore
{
    /// <summary>Writes a file through a stream that the callback must not dispose.</summary>
    /// <param name="name">A relative path with forward slashes: <c>exports/lona/…/x.csv</c>.</param>
    /// <param name="overwrite">Replace a file of that name.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Refused"/>: the file is there and <paramref name="overwrite"/> is false.</exception>
    Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken);
}
