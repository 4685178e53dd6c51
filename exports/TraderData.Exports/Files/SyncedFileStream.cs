using System.Runtime.InteropServices;

namespace TraderData.Exports;

/// <summary>A new file that is written from start to end, whose content goes to the disk while more of it is written, so that there is little left to wait for.</summary>
internal sealed class SyncedFileStream(string path, FileMode mode) : FileStream(path, mode, FileAccess.Write, FileShare.None, bufferSize: 0)
{
    private const long SyncBytes = 16 << 20;

    private long _unsynced;
    private Task _sync = Task.CompletedTask;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // .NET has no other way to files on Unix, and its asynchronous one goes to another thread and back. Of a span a class of one's own makes a copy.
        if (MemoryMarshal.TryGetArray(buffer, out var array))
            Write(array.Array!, array.Offset, array.Count);
        else
            Write(buffer.Span);
        _unsynced += buffer.Length;
        if (_unsynced < SyncBytes || !_sync.IsCompleted)
            return;
        // The system tells of a disk's fault once.
        await _sync.ConfigureAwait(false);
        _unsynced = 0;
        // A thread of its own: it waits for the disk, and the pool may have a single thread, which the writer keeps busy.
        _sync = Task.Factory.StartNew(
            () => RandomAccess.FlushToDisk(SafeFileHandle), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Brings all that was written to the disk.</summary>
    public async Task SyncAsync()
    {
        await _sync.ConfigureAwait(false);
        RandomAccess.FlushToDisk(SafeFileHandle);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _sync.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
