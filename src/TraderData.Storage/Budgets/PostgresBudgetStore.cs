using Npgsql;
using NpgsqlTypes;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Budgets in <c>market.source_budget</c>, a row a source. A row is replaced if it is still the one that was read: no lock is held while this program thinks,
/// and none is left behind by one that dies.
/// </summary>
internal sealed class PostgresBudgetStore(PostgresDatabase database) : IBudgetStore
{
    // Somebody else was quicker each time: with hundreds of workers on one row.
    private const int MaxAttempts = 50;

    // A process that waits for longer spends on its own meanwhile.
    private const int TimeoutSeconds = 5;

    private const long MinuteMs = 60_000;

    private const string Columns =
        "version, minute, taken, taken_by_backfill, others, others_before, weight_limit, paused_until, banned_until, "
        + "stop_host, stop_kind, stop_reason, stopped_at, stopped_until, limit_heard_at";

    private const string Replace =
        """
        INSERT INTO market.source_budget AS b (source, version, minute, taken, taken_by_backfill, others, others_before, weight_limit,
            paused_until, banned_until, stop_host, stop_kind, stop_reason, stopped_at, stopped_until, limit_heard_at)
        VALUES ($1, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (source) DO UPDATE SET version = b.version + 1, minute = $3, taken = $4, taken_by_backfill = $5, others = $6, others_before = $7,
            weight_limit = $8, paused_until = $9, banned_until = $10, stop_host = $11, stop_kind = $12, stop_reason = $13, stopped_at = $14,
            stopped_until = $15, limit_heard_at = $16, updated_at = now()
        WHERE b.version = $2
        """;

    private readonly Dictionary<string, (long Version, BudgetRecord Record)> _last = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<T> UpdateAsync<T>(string source, Func<BudgetRecord, (BudgetRecord Record, T Answer)> change, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var remembered = Remembered(source);
                var (version, record) = remembered ?? await FindAsync(source, cancellationToken);
                var (next, answer) = change(record);

                // What is remembered may be old: only a replacement, or a look, tells that it is not.
                if (next == record ? remembered is null : await TryReplaceAsync(source, version, next, cancellationToken))
                    return answer;
                Forget(source);
            }
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            Forget(source);
            throw PostgresFault.Explain(e, $"{database}: budget of {source}");
        }

        throw new StorageException(StorageErrorKind.Conflict, $"{database}: budget of {source}: others changed it {MaxAttempts} times in a row");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, BudgetRecord>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Command($"SELECT {Columns}, source FROM market.source_budget");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var records = new SortedDictionary<string, BudgetRecord>(StringComparer.Ordinal);
            while (await reader.ReadAsync(cancellationToken))
                records.Add(reader.GetString(15), Read(reader).Record);
            return records;
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: budgets");
        }
    }

    private async Task<(long Version, BudgetRecord Record)> FindAsync(string source, CancellationToken cancellationToken)
    {
        await using var command = Command($"SELECT {Columns} FROM market.source_budget WHERE source = $1");
        command.Parameters.Add(new() { Value = source });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : (0, BudgetRecord.Empty);
    }

    private async Task<bool> TryReplaceAsync(string source, long version, BudgetRecord record, CancellationToken cancellationToken)
    {
        await using var command = Command(Replace);
        var parameters = command.Parameters;
        parameters.Add(new() { Value = source });
        parameters.Add(new() { Value = version });
        parameters.Add(Time(record.Minute * MinuteMs));
        parameters.Add(new() { Value = record.Taken });
        parameters.Add(new() { Value = record.TakenByBackfill });
        parameters.Add(new() { Value = record.Others });
        parameters.Add(new() { Value = record.OthersBefore });
        parameters.Add(new() { Value = (object?)record.Limit ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        parameters.Add(Time(record.PausedUntilMs));
        parameters.Add(Time(record.BannedUntilMs));
        parameters.Add(Text(record.Stop?.Host));
        parameters.Add(Text(record.Stop?.Kind));
        parameters.Add(Text(record.Stop?.Reason));
        parameters.Add(Time(record.Stop?.SinceMs));
        parameters.Add(Time(record.Stop?.UntilMs));
        parameters.Add(Time(record.LimitHeardMs));
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            return false;
        lock (_last)
            _last[source] = (version + 1, record);
        return true;
    }

    private (long Version, BudgetRecord Record)? Remembered(string source)
    {
        lock (_last)
            return _last.TryGetValue(source, out var last) ? last : null;
    }

    private void Forget(string source)
    {
        lock (_last)
            _last.Remove(source);
    }

    private NpgsqlCommand Command(string sql)
    {
        var command = database.Connections.CreateCommand(sql);
        command.CommandTimeout = TimeoutSeconds;
        return command;
    }

    private static (long Version, BudgetRecord Record) Read(NpgsqlDataReader reader) => (reader.GetInt64(0), new BudgetRecord
    {
        Minute = TimeAt(reader, 1)!.Value / MinuteMs,
        Taken = reader.GetInt32(2),
        TakenByBackfill = reader.GetInt32(3),
        Others = reader.GetInt32(4),
        OthersBefore = reader.GetInt32(5),
        Limit = reader.IsDBNull(6) ? null : reader.GetInt32(6),
        LimitHeardMs = TimeAt(reader, 14),
        PausedUntilMs = TimeAt(reader, 7),
        BannedUntilMs = TimeAt(reader, 8),
        Stop = reader.IsDBNull(9)
            ? null
            : new SourceStop(reader.GetString(9), reader.GetString(10), reader.GetString(11), TimeAt(reader, 12)!.Value, TimeAt(reader, 13)!.Value),
    });

    private static long? TimeAt(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : PgTime.FromDateTime(reader.GetDateTime(column));

    private static NpgsqlParameter Time(long? ms) =>
        new() { Value = ms is { } known ? PgTime.ToDateTime(known) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
