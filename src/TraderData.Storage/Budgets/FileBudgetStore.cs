using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Budgets in a folder, a file a source, which all processes on the folder share: <c>binance.json</c>, and <c>binance.lock</c> beside it.</summary>
/// <param name="folder">Made on the first write.</param>
internal sealed class FileBudgetStore(string folder) : IBudgetStore, IDisposable
{
    // A holder of the lock needs milliseconds; one that hangs must not hold up everybody for ever.
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, FolderLock> _locks = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<T> UpdateAsync<T>(string source, Func<BudgetRecord, (BudgetRecord Record, T Answer)> change, CancellationToken cancellationToken)
    {
        var path = PathOf(source);
        return LocalFault.GuardAsync(path, async () =>
        {
            Directory.CreateDirectory(folder);
            using var held = await LockAsync(path, cancellationToken);
            var record = Read(path) ?? BudgetRecord.Empty;
            var (next, answer) = change(record);
            if (next != record)
                Write(path, next, isLasting: OrdersOf(next) != OrdersOf(record));
            return answer;
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, BudgetRecord>> ListAsync(CancellationToken cancellationToken) => LocalFault.GuardAsync(folder, () =>
    {
        var records = new SortedDictionary<string, BudgetRecord>(StringComparer.Ordinal);
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [])
        {
            if (Read(path) is { } record)
                records.Add(Path.GetFileNameWithoutExtension(path), record);
        }

        return Task.FromResult<IReadOnlyDictionary<string, BudgetRecord>>(records);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in _locks.Values)
            one.Dispose();
    }

    private string PathOf(string source) => Path.Combine(folder, $"{source}.json");

    private async Task<IDisposable> LockAsync(string path, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LockPatience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _locks.GetOrAdd(path, p => new FolderLock(Path.ChangeExtension(p, ".lock"))).AcquireAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageException(
                StorageErrorKind.Unavailable, $"{path}: another process has kept it locked for {LockPatience.TotalSeconds:0} s (end that process)", e);
        }
    }

    private static BudgetRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), BudgetJson.Default.BudgetRecord) ?? throw Damaged(path, "null", null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw Damaged(path, e.Message, e);
        }
    }

    private static (int?, long?, long?, long?, SourceStop?) OrdersOf(BudgetRecord record) =>
        (record.Limit, record.LimitHeardMs, record.PausedUntilMs, record.BannedUntilMs, record.Stop);

    // What ends with the minute need not survive the machine; what the source ordered must.
    private void Write(string path, BudgetRecord record, bool isLasting)
    {
        // One writer at a time, as the lock is held: what a killed one left is written over.
        var temporary = $"{path}.new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(record, BudgetJson.Default.BudgetRecord));
            if (isLasting)
                file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        if (isLasting)
            FolderSync.Flush(folder);
    }

    private static StorageException Damaged(string path, string found, Exception? cause) =>
        new(StorageErrorKind.Damaged, $"{path}: no budget record: {found} (remove the file; a ban that it told of is forgotten with it)", cause);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n",
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BudgetRecord))]
internal sealed partial class BudgetJson : JsonSerializerContext;
