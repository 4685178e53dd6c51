using TraderData.Core;

namespace TraderData.Exports;

/// <summary>
/// A file that appears under its name whole or not at all: written beside its name, synced, then renamed. What a killed process leaves is a hidden
/// file that ends in <c>.part</c>, never a part of a file under the name itself; the next one of that name removes it. One that is still being written is
/// told by its lock, which the system takes away with the process.
/// </summary>
internal sealed class AtomicFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly SyncedFileStream _stream;

    /// <summary>Opens the temporary file.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Refused"/>: the folder does not take the file.</exception>
    public AtomicFile(string path)
    {
        _path = Path.GetFullPath(path);
        (_temporary, _stream) = Refusing(path, () =>
        {
            PartFiles.RemoveDead(_path);
            return PartFiles.Create(_path);
        });
    }

    /// <summary>Takes the content.</summary>
    public Stream Content => _stream;

    /// <summary>Tells why a path cannot be written; null when nothing is known to be wrong.</summary>
    public static string? Fault(string path, bool overwrite)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full) || Path.GetFileName(full).Length == 0)
            return $"{path} is a folder";
        if (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal))
            return $"{path} is not a file that can be replaced; standard output is written with '-'";
        return File.Exists(full) && !overwrite ? $"{path} exists; --force replaces it" : null;
    }

    /// <summary>Brings the content to the disk, so that only the name is missing.</summary>
    public Task SyncAsync() => _stream.SyncAsync();

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Refused"/>: a file of that name is there by now, or the folder refuses.</exception>
    public async Task AppearAsync(bool overwrite)
    {
        // Closed behind that: without its lock it would be taken for one that a dead writer left.
        _ = Refusing(_path, () =>
        {
            File.Move(_temporary, _path, overwrite);
            return true;
        });
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Brings the names of the files of a folder to the disk.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Refused"/>: the disk does not take them.</exception>
    public static void SyncFolderOf(string path) => _ = Refusing(path, () =>
    {
        FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        return true;
    });

    /// <summary>Closes the file, and removes it when it did not appear.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        File.Delete(_temporary);
    }

    private static T Refusing<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageErrorKind.Refused, $"{path} cannot be written: {e.Message}", e);
        }
    }
}
