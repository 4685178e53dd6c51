using Npgsql;
using NpgsqlTypes;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What the two tiers need of the hot one.</summary>
public sealed partial class PostgresBarStore
{
    // Each that fails has let a write of the same series go before it.
    private const int PruneAttempts = 200;

    private static readonly TimeSpan LongestPrunePause = TimeSpan.FromMilliseconds(50);

    /// <summary>Bars with the times they were stored, ascending. No connection is held while a block is handed out.</summary>
    internal IAsyncEnumerable<StoredBars> ReadStoredAsync(Series series, TimeRange range, CancellationToken cancellationToken) =>
        new BarPages(database, series, new BarQuery(range), withStamps: true).ReadAsync(cancellationToken);

    /// <summary>The revisions of a series' bars in a range.</summary>
    internal async Task<Revisions> RevisionsOfAsync(Series series, TimeRange range, CancellationToken cancellationToken) =>
        RevisionRows.Layered(series, await RevisionRows.ReadAsync(database, series, range, cancellationToken).ToListAsync(cancellationToken));

    /// <summary>
    /// Partitions that are to be sealed: they ended, have rows, and were never sealed or have rows or revisions that were written since their seal was
    /// read, less an hour, which is how long a transaction may take. Rows of other programs count too, by their <c>updated_at</c>: rows that a program
    /// deletes, or gives a time of long ago, are not noticed. What is not sealed after this is given again the next time.
    /// </summary>
    /// <param name="closedBeforeMs">Unix milliseconds UTC: partitions that end at or before it.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    internal Task<IReadOnlyList<(Series Series, Partition Partition)>> DueForSealAsync(long closedBeforeMs, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyList<(Series, Partition)>>("search what is to be sealed", async connection =>
        {
            await using var batch = new NpgsqlBatch(connection) { Timeout = LongTimeoutSeconds };
            batch.BatchCommands.Add(new NpgsqlBatchCommand(SealSql.MarkChanged));
            batch.BatchCommands.Add(Statement(SealSql.Unsealed, PgTime.ToDateTime(closedBeforeMs)));
            await using var row = await batch.ExecuteReaderAsync(cancellationToken);
            var due = new List<(Series, Partition)>();
            while (await row.ReadAsync(cancellationToken))
            {
                if (SeriesRow.SeriesOf(row.GetString(0), row.GetString(1), row.GetString(3)) is { } series)
                    due.Add((series, Partition.At(series.Timeframe, PgTime.FromDateTime(row.GetDateTime(2)))));
            }

            return due;
        }, cancellationToken);

    /// <summary>Keeps that a partition was sealed. Can be repeated.</summary>
    internal Task RecordSealAsync(Series series, Partition partition, SealRecord record, CancellationToken cancellationToken) =>
        GuardAsync($"record the seal of {series} {partition.Name}", async connection =>
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(Statement(
                SealSql.Record, series.Symbol, series.Timeframe.ToString(), partition.Name, PgTime.ToDateTime(partition.Range.StartMs),
                PgTime.ToDateTime(partition.Range.EndMs), record.Rows, PgTime.ToDateTime(record.FirstMs), PgTime.ToDateTime(record.LastMs), record.Digest, record.ReadAt, record.HotRows));
            batch.BatchCommands.Add(Statement(SealSql.SearchAgain, record.ReadAt));
            return await batch.ExecuteNonQueryAsync(cancellationToken);
        }, cancellationToken);

    /// <summary>Partitions that were sealed, have not changed since as far as the last search found, and still have rows.</summary>
    /// <param name="endedBeforeMs">Unix milliseconds UTC: partitions that end at or before it.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    internal Task<IReadOnlyList<SealedPartition>> SealedAsync(long endedBeforeMs, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyList<SealedPartition>>("list what is sealed", async connection =>
        {
            await using var command = new NpgsqlCommand(SealSql.Sealed, connection) { Parameters = { new() { Value = PgTime.ToDateTime(endedBeforeMs) } } };
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            var found = new List<SealedPartition>();
            while (await row.ReadAsync(cancellationToken))
            {
                if (SeriesRow.SeriesOf(row.GetString(0), row.GetString(1), row.GetString(2)) is not { } series
                    || Partition.TryParse(series.Timeframe, row.GetString(3)) is not { } partition)
                {
                    continue;
                }

                var (first, last) = (PgTime.FromDateTime(row.GetDateTime(5)), PgTime.FromDateTime(row.GetDateTime(6)));
                found.Add(new SealedPartition(series, partition, new SealRecord(row.GetInt64(4), first, last, row.GetString(7), row.GetDateTime(8), row.GetInt64(9))));
            }

            return found;
        }, cancellationToken);

    /// <summary>
    /// Drops the rows of a partition, and their revisions, if they are kept below: in one transaction that keeps this program's other writers of the
    /// series waiting. What another program inserts meanwhile stays.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="isKeptBelow">Is given exactly what would be dropped, and says whether the lake has all of it.</param>
    /// <param name="cancellationToken">Stops the work; nothing is dropped.</param>
    /// <returns>How many rows were dropped.</returns>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Conflict"/>: another program changed a row meanwhile; nothing was dropped.</exception>
    internal Task<long> PruneAsync(
        Series series, Partition partition, Func<StoredBars, Revisions, CancellationToken, Task<bool>> isKeptBelow, CancellationToken cancellationToken) =>
        GuardAsync($"prune {series} {partition.Name}", async connection =>
        {
            for (var attempt = 1; ; attempt++)
            {
                var prune = new PartitionPrune(connection, series, partition);
                try
                {
                    return await prune.RunAsync(isKeptBelow, cancellationToken);
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.SerializationFailure && !prune.IsLocked && attempt < PruneAttempts)
                {
                    await Task.Delay(LongestPrunePause * Random.Shared.NextDouble(), cancellationToken);
                }
            }
        }, cancellationToken);

    /// <summary>
    /// How many bars the hot tier has that were sealed, of each series that has some: those of a partition count until it is pruned, or sealed again.
    /// </summary>
    /// <param name="symbol">Only series of this symbol; null for all.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    internal Task<IReadOnlyDictionary<Series, long>> InBothTiersAsync(string? symbol, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyDictionary<Series, long>>("count what is sealed", async connection =>
        {
            await using var command = new NpgsqlCommand(SealSql.InBothTiers, connection)
            {
                Parameters = { new() { Value = (object?)symbol ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text } },
            };
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            var bars = new Dictionary<Series, long>();
            while (await row.ReadAsync(cancellationToken))
            {
                if (SeriesRow.SeriesOf(row.GetString(0), row.GetString(1), row.GetString(2)) is { } series)
                    bars[series] = row.GetInt64(3);
            }

            return bars;
        }, cancellationToken);

    /// <summary>Unix milliseconds UTC: bars of a series before it may be in the lake alone; null when none was pruned.</summary>
    internal Task<long?> PrunedBeforeAsync(Series series, CancellationToken cancellationToken) =>
        GuardAsync($"read the state of {series}", async connection =>
        {
            await using var command = new NpgsqlCommand("SELECT pruned_before FROM market.series_state WHERE symbol = $1 AND timeframe = $2", connection)
            {
                Parameters = { new() { Value = series.Symbol }, new() { Value = series.Timeframe.ToString() } },
            };
            return await command.ExecuteScalarAsync(cancellationToken) is DateTime time ? PgTime.FromDateTime(time) : (long?)null;
        }, cancellationToken);

    private static NpgsqlBatchCommand Statement(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private async Task<T> GuardAsync<T>(string doing, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: {doing}");
        }
    }
}
