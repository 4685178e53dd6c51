namespace TraderData.Core;

/// <summary>
/// Named files beside the lake, for exports and rounds. A file appears and changes whole or not at all. All members throw <see cref="StorageException"/> for
/// the outside world's faults.
/// </summary>
public interface IFileStore
{
    /// <summary>Writes a file through a stream that the callback must not dispose.</summary>
    /// <param name="name">A relative path with forward slashes: <c>exports/lona/…/x.csv</c>.</param>
    /// <param name="overwrite">Replace a file of that name.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind.</param>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Refused"/>: the file is there and <paramref name="overwrite"/> is false.</exception>
    Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken);

    /// <summary>Opens a file for reading.</summary>
    /// <param name="name">A relative path with forward slashes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>
    /// A stream that knows its length and can seek, so that a range costs about what it holds; null when there is no such file. It gives the file as it was
    /// when it was opened, or throws when that is gone. The caller disposes of it.
    /// </returns>
    Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>A link by which whoever has it can read a file, and nothing else, until it ends.</summary>
    /// <param name="name">A relative path with forward slashes.</param>
    /// <param name="endsAt">When it opens nothing any more.</param>
    /// <returns>Null where the store serves nothing itself, as a local folder does.</returns>
    Uri? LinkTo(string name, DateTimeOffset endsAt) => null;

    /// <summary>Changes a small file in one step that no other writer, of any process, comes between.</summary>
    /// <param name="name">A relative path with forward slashes.</param>
    /// <param name="change">
    /// Gets the present content, null when there is none, which it must not keep, and gives the new one, null to leave all as it is. May be called again when
    /// another writer was faster; the last call counts.
    /// </param>
    /// <param name="cancellationToken">Stops the work; the file is then as before, or changed in full.</param>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Conflict"/>: other writers were faster every time.</exception>
    Task ChangeAsync(string name, Func<ReadOnlyMemory<byte>?, byte[]?> change, CancellationToken cancellationToken);

    /// <summary>Removes a file; nothing happens when there is none.</summary>
    /// <param name="name">A relative path with forward slashes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task DeleteAsync(string name, CancellationToken cancellationToken);
}
