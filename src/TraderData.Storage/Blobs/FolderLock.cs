namespace TraderData.Storage;

/// <summary>One writer at a time in a folder, among all processes. The system frees the lock of a process that dies, however it dies.</summary>
public sealed class FolderLock(string path) : IDisposable
{
    // A holder needs milliseconds: what a partition takes to merge and to sync.
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    // Within the process waiting is in order and costs nothing; only one of them then tries the file.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Waits for the lock. Disposing the result frees it.</summary>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task<IDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return new Held(_turn, await OpenAsync(cancellationToken));
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<FileStream> OpenAsync(CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                // On Unix FileShare.None is flock(LOCK_EX): between processes, and between two of these in one process.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (LocalFault.IsLocked(e))
            {
                await Task.Delay(wait, cancellationToken);
            }
        }
    }

    private sealed class Held(SemaphoreSlim turn, FileStream file) : IDisposable
    {
        private bool _freed;

        public void Dispose()
        {
            if (_freed)
                return;
            _freed = true;
            file.Dispose();
            turn.Release();
        }
    }
}
