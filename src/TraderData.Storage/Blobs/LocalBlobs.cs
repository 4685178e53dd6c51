using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Blobs as files of a folder. A file is replaced by a rename, once its new content is on the disk; then the folder is synced. Changes are made
/// under a lock of the whole folder. What is unfinished stands in <c>.trader-data/tmp</c> under names that follow from the blobs' names, so that the
/// leftovers of a killed process are written over by doing its work again, and are removed by the next process that writes.
/// File operations are synchronous: .NET has no others on Unix, and the partitions of a lake are read and written within milliseconds.
/// </summary>
internal sealed class LocalBlobs : IBlobs, IDisposable
{
    private const string OwnFolder = ".trader-data";

    private readonly string _root;
    private readonly string _temporary;
    private readonly FolderLock _lock;
    private bool _swept;
    private int _sweptFiles;

    /// <summary>Takes a folder, which need not be there yet: the first write makes it.</summary>
    /// <param name="root">The path of the folder.</param>
    public LocalBlobs(string root)
    {
        _root = Path.GetFullPath(root);
        _temporary = Path.Combine(_root, OwnFolder, "tmp");
        _lock = new FolderLock(Path.Combine(_root, OwnFolder, "lock"));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<BlobEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var path = PathOf(BlobName.CheckFolder(folder));
        return LocalFault.GuardAsync<IReadOnlyList<BlobEntry>>(path, () =>
        {
            var entries = new List<BlobEntry>();
            foreach (var file in Enumerate(path, recurse: true).OfType<FileInfo>())
            {
                cancellationToken.ThrowIfCancellationRequested();
                // Gone since the folder was read.
                if (file.Exists)
                    entries.Add(new BlobEntry(NameOf(file.FullName), file.Length, Version(file.LastWriteTimeUtc, file.Length)));
            }

            entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            return Task.FromResult<IReadOnlyList<BlobEntry>>(entries);
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken)
    {
        var path = PathOf(BlobName.CheckFolder(folder));
        return LocalFault.GuardAsync<IReadOnlyList<string>>(path, () => Task.FromResult<IReadOnlyList<string>>(
            [.. Enumerate(path, recurse: false).OfType<DirectoryInfo>().Select(d => NameOf(d.FullName) + "/").Order(StringComparer.Ordinal)]));
    }

    /// <inheritdoc/>
    public Task<BlobContent?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(BlobName.Check(name));
        return LocalFault.GuardAsync(path, () => Task.FromResult(Read(path)));
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(BlobName.Check(name));
        return LocalFault.GuardAsync(path, () => Task.FromResult<Stream?>(OpenToRead(path)));
    }

    /// <inheritdoc/>
    public IBlobFile? TryOpen(BlobEntry blob)
    {
        var path = PathOf(BlobName.Check(blob.Name));
        try
        {
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (Version(File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle)) == blob.Version)
                return new LocalBlobFile(handle, path, blob.Length);
            handle.Dispose();
            return null;
        }
        catch (Exception e) when (IsNoFile(e))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LocalFault.Translate(path, e);
        }
    }

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadTailAsync(BlobEntry blob, int count, CancellationToken cancellationToken)
    {
        var path = PathOf(BlobName.Check(blob.Name));
        return LocalFault.GuardAsync<ReadOnlyMemory<byte>?>(path, () =>
        {
            using var file = OpenToRead(path);
            if (file is null || VersionOf(file) != blob.Version)
                return Task.FromResult<ReadOnlyMemory<byte>?>(null);
            var tail = new byte[Math.Min(file.Length, count)];
            file.Position = file.Length - tail.Length;
            file.ReadExactly(tail);
            return Task.FromResult<ReadOnlyMemory<byte>?>(tail);
        });
    }

    /// <inheritdoc/>
    public Task<string?> UpdateAsync(string name, Func<BlobContent?, byte[]?> change, CancellationToken cancellationToken)
    {
        var path = PathOf(BlobName.Check(name));
        return LocalFault.GuardAsync(path, async () =>
        {
            using var held = await LockAsync(cancellationToken);
            using var present = Read(path);
            if (change(present) is not { } content)
                return present?.Version;
            try
            {
                using (var file = OpenTemporary(name))
                {
                    file.Write(content);
                    file.Flush(flushToDisk: true);
                }

                return Publish(name, path);
            }
            catch
            {
                File.Delete(TemporaryOf(name));
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var path = PathOf(BlobName.Check(name));
        return LocalFault.GuardAsync(path, async () =>
        {
            // The file's own lock, held until it is renamed, keeps others from this name while the folder's lock is free for them.
            await using var file = await BeginAsync(name, path, overwrite, cancellationToken);
            try
            {
                await write(file, cancellationToken);
                await file.FlushAsync(cancellationToken);
                file.Flush(flushToDisk: true);
                using var held = await LockAsync(cancellationToken);
                RequireFree(path, overwrite);
                return Publish(name, path);
            }
            catch
            {
                File.Delete(TemporaryOf(name));
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => DeleteAsync(name, version: null, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string name, string? version, CancellationToken cancellationToken)
    {
        var path = PathOf(BlobName.Check(name));
        return LocalFault.GuardAsync(path, async () =>
        {
            if (!File.Exists(path))
                return false;
            using var held = await LockAsync(cancellationToken);
            if (version is not null && VersionOf(path) != version)
                return false;
            File.Delete(path);
            FolderSync.Flush(Path.GetDirectoryName(path)!);
            return true;
        });
    }

    /// <inheritdoc/>
    public Task<int> SweepAsync(CancellationToken cancellationToken) => LocalFault.GuardAsync(_temporary, async () =>
    {
        if (!Directory.Exists(_temporary))
            return 0;
        using var held = await LockAsync(cancellationToken);
        // With those that the first write of this process removed.
        var swept = _sweptFiles + Sweep();
        _sweptFiles = 0;
        return swept;
    });

    /// <summary>The folder, for messages.</summary>
    public override string ToString() => $"the folder {_root}";

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static IEnumerable<FileSystemInfo> Enumerate(string path, bool recurse)
    {
        // Names that begin with a dot are the folder's own, and the file system's.
        var options = new EnumerationOptions { RecurseSubdirectories = recurse, AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };
        return Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFileSystemInfos("*", options) : [];
    }

    private static void RequireFree(string path, bool overwrite)
    {
        if (!overwrite && File.Exists(path))
            throw new StorageException(StorageErrorKind.Refused, $"{path} is there already (--force replaces it)");
    }

    private static BlobContent? Read(string path)
    {
        using var file = OpenToRead(path);
        if (file is null)
            return null;
        var length = checked((int)file.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        file.ReadExactly(bytes, 0, length);
        return BlobContent.OfPooled(bytes, length, VersionOf(file));
    }

    // Null when there is none. Others may rename over it meanwhile: it stays the content it was.
    private static FileStream? OpenToRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (IsNoFile(e))
        {
            return null;
        }
    }

    // Also when the name is one that no file can have.
    private static bool IsNoFile(Exception fault) => fault is FileNotFoundException or DirectoryNotFoundException or PathTooLongException;

    private static string? VersionOf(string path) => new FileInfo(path) is { Exists: true } file ? Version(file.LastWriteTimeUtc, file.Length) : null;

    private static string VersionOf(FileStream file) => Version(File.GetLastWriteTimeUtc(file.SafeFileHandle), file.Length);

    private static string Version(DateTime modified, long length) => string.Create(CultureInfo.InvariantCulture, $"{modified.Ticks:x}-{length:x}");

    private string PathOf(string name) => Path.Combine(_root, name.Replace('/', Path.DirectorySeparatorChar));

    private string NameOf(string path) => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');

    private string TemporaryOf(string name) => Path.Combine(_temporary, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)), 0, 16));

    private FileStream OpenTemporary(string name) => new(TemporaryOf(name), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 64 << 10);

    private async Task<FileStream> BeginAsync(string name, string path, bool overwrite, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken);
        RequireFree(path, overwrite);
        try
        {
            return OpenTemporary(name);
        }
        catch (IOException e) when (LocalFault.IsLocked(e))
        {
            throw new StorageException(StorageErrorKind.Conflict, $"{path} is being written by somebody else: wait for that to end", e);
        }
    }

    private async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_temporary);
        var held = await _lock.AcquireAsync(cancellationToken);
        try
        {
            // Once in a process.
            if (!_swept)
                _sweptFiles = Sweep();
            _swept = true;
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    // Under the lock. A file that is still being written is locked by its writer.
    private int Sweep()
    {
        var swept = 0;
        foreach (var path in Directory.EnumerateFiles(_temporary))
        {
            try
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
                File.Delete(path);
                swept++;
            }
            catch (IOException e) when (LocalFault.IsLocked(e))
            {
                continue;
            }
        }

        return swept;
    }

    // Under the lock: the content of the temporary file becomes the blob's.
    private string Publish(string name, string path)
    {
        var temporary = TemporaryOf(name);
        var modified = File.GetLastWriteTimeUtc(temporary);
        if (File.Exists(path) && File.GetLastWriteTimeUtc(path) is var before && modified <= before)
        {
            // Versions rise even within one tick of the file system's clock, or when the clock was put back.
            modified = before.AddTicks(1);
            File.SetLastWriteTimeUtc(temporary, modified);
        }

        var folder = Path.GetDirectoryName(path)!;
        MakeFolder(folder);
        File.Move(temporary, path, overwrite: true);
        FolderSync.Flush(folder);
        return Version(modified, new FileInfo(path).Length);
    }

    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder)!;
        MakeFolder(parent);
        Directory.CreateDirectory(folder);
        FolderSync.Flush(parent);
    }
}
