using System.Text.Json;
using TraderData.Core;
using TraderData.Storage;

namespace TraderData.Marketplace;

/// <summary>
/// Tables in memory that are the sum of a file of changes, which several processes may append to. A change is a line that is on the disk before it counts. When most lines say what was said
/// anew since, the file is written again without them.
/// </summary>
internal sealed class Journal : IDisposable
{
    // A holder of the lock needs milliseconds; one that hangs must not hold up everybody for ever.
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    // Rows of one line of a rewritten file: short enough to be read at once.
    private const int RowsPerLine = 200;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly JournalTable[] _tables;
    private readonly JournalFile _file;
    private readonly FolderLock _lock;
    private readonly int _leastDead;
    private int _written;

    /// <summary>Makes one on a file, which is made with the first change.</summary>
    /// <param name="path">The file.</param>
    /// <param name="leastDead">How many rows must have been said anew before the file is written again.</param>
    /// <param name="tables">What is in it.</param>
    public Journal(string path, int leastDead, params JournalTable[] tables)
    {
        (_path, _leastDead, _tables) = (path, leastDead, tables);
        _file = new JournalFile(path, Restart, Take);
        _lock = new FolderLock(Path.ChangeExtension(path, ".lock"));
    }

    /// <summary>Reads from the tables as they are now, whoever changed them.</summary>
    public async Task<T> ReadAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (value, fault) = await LocalFault.GuardAsync(_path, () => Task.FromResult(TryRead(read)));
        if (fault is null)
            return value!;
        // It may have been read while a holder of the lock cut off what a killed one left.
        return await LocalFault.GuardAsync(_path, async () =>
        {
            using var held = await AcquireAsync(cancellationToken);
            (value, fault) = TryRead(read);
            return fault is null ? value! : throw fault;
        });
    }

    /// <summary>Changes the tables, one change at a time among all processes.</summary>
    /// <param name="change">Reads the tables as they are, and says what changes. Nothing does when it throws, or says nothing.</param>
    /// <param name="cancellationToken">Stops the wait for others; a change that has begun is finished.</param>
    public Task<T> ChangeAsync<T>(Func<JournalChange, T> change, CancellationToken cancellationToken) => LocalFault.GuardAsync(_path, async () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        using var held = await AcquireAsync(cancellationToken);
        lock (_gate)
        {
            if (_file.CatchUp() is { } fault)
                throw fault;
            using var made = new JournalChange();
            var answer = change(made);
            if (made.Count == 0)
                return answer;
            _file.Append(JournalLine.Of(made.Finish()));
            made.Apply();
            _written += made.Count;
            CompactWhenMostlyDead();
            return answer;
        }
    });

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private (T? Value, StorageException? Fault) TryRead<T>(Func<T> read)
    {
        lock (_gate)
        {
            var fault = _file.CatchUp();
            return fault is null ? (read(), null) : (default, fault);
        }
    }

    private async Task<IDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LockPatience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _lock.AcquireAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageException(
                StorageErrorKind.Unavailable, $"{_path}: another process has kept it locked for {LockPatience.TotalSeconds:0} s (end that process)", e);
        }
    }

    private void Restart()
    {
        _written = 0;
        Array.ForEach(_tables, table => table.Clear());
    }

    private void Take(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var line = JsonDocument.Parse(content);
            foreach (var row in line.RootElement.EnumerateArray())
            {
                var name = row.GetProperty("t"u8).GetString();
                var table = Array.Find(_tables, t => t.Name == name) ?? throw new JsonException($"there is no table '{name}'; use a newer program");
                table.Apply(row.GetProperty("k"u8).GetString()!, row.TryGetProperty("v"u8, out var value) ? value : null);
                _written++;
            }
        }
        catch (JsonException e)
        {
            throw new StorageException(StorageErrorKind.Damaged, $"{_path}: a line cannot be read: {e.Message}", e);
        }
    }

    private void CompactWhenMostlyDead()
    {
        var live = _tables.Sum(table => table.Count);
        if (_written - live < Math.Max(_leastDead, live))
            return;
        _file.Replace(_tables.SelectMany(table => table.Lines(RowsPerLine)));
        _written = live;
    }
}
