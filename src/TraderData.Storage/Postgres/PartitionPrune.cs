using System.Data;
using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Takes the rows of one partition out of <c>market.ohlcv</c>: one transaction, in which the series' state row is locked.</summary>
internal sealed class PartitionPrune(NpgsqlConnection connection, Series series, Partition partition)
{
    // Larger than any partition, so that its rows come as one block unless their digits do not go together.
    private const int MostRows = 65_536;

    private const string LockState = "SELECT version FROM market.series_state WHERE symbol = $1 AND timeframe = $2 FOR UPDATE";

    private const string DeleteRevisions =
        "DELETE FROM market.ohlcv_revision WHERE symbol = $1 AND timeframe = $2 AND bar_ts >= $3 AND bar_ts < $4";

    private const string DeleteRows = "DELETE FROM market.ohlcv WHERE symbol = $1 AND timeframe = $2 AND bar_ts >= $3 AND bar_ts < $4";

    private const string ChangeState =
        "UPDATE market.series_state SET pruned_before = greatest(pruned_before, $3), version = $4, bars = bars - $5 WHERE symbol = $1 AND timeframe = $2";

    private const string ChangeSeal = "UPDATE market.sealed_partition SET hot_rows = 0 WHERE symbol = $1 AND timeframe = $2 AND range_start = $3";

    private readonly string _timeframe = series.Timeframe.ToString();

    /// <summary>True when the series is locked. A failure before may be tried again; the lock is refused to one that waited for a write.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>Reads, asks, and deletes what was read, nothing else, if the answer is true.</summary>
    /// <returns>How many rows were deleted.</returns>
    /// <exception cref="PostgresException">SQLSTATE 40001: somebody changed a row meanwhile; nothing was deleted.</exception>
    public async Task<long> RunAsync(Func<StoredBars, Revisions, CancellationToken, Task<bool>> isKeptBelow, CancellationToken cancellationToken)
    {
        await using (var create = new NpgsqlCommand(BarTableSql.CreateState, connection) { Parameters = { new() { Value = series.Symbol }, new() { Value = _timeframe } } })
            await create.ExecuteNonQueryAsync(cancellationToken);

        // Every statement sees what was there at the first one: what came later is neither read nor deleted, what was changed later makes the DELETE fail.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var version = await LockAsync(cancellationToken);
        IsLocked = true;
        var held = await ReadAsync(cancellationToken);
        var revisions = await RevisionRows.ReadAsync(connection, BarReadSql.Revisions(series, partition.Range), series, cancellationToken);
        if (held.Bars.Count == 0 || !await isKeptBelow(held, RevisionRows.Layered(series, revisions), cancellationToken))
            return 0;
        var (deletedRevisions, deletedRows) = (await DeleteAsync(DeleteRevisions, cancellationToken), await DeleteAsync(DeleteRows, cancellationToken));
        if (deletedRows != held.Bars.Count || deletedRevisions != revisions.Count)
        {
            throw new StorageException(
                StorageErrorKind.Conflict,
                $"{series} {partition.Name}: {held.Bars.Count} bars and {revisions.Count} revisions were read, but {deletedRows} and {deletedRevisions} would be deleted; nothing was");
        }

        await FinishAsync(version + 1, deletedRows, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return deletedRows;
    }

    private async Task<long> LockAsync(CancellationToken cancellationToken)
    {
        await using (var silence = new NpgsqlCommand(BarTableSql.TellOurselves, connection))
            await silence.ExecuteNonQueryAsync(cancellationToken);
        await using var command = new NpgsqlCommand(LockState, connection) { Parameters = { new() { Value = series.Symbol }, new() { Value = _timeframe } } };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<StoredBars> ReadAsync(CancellationToken cancellationToken)
    {
        await using (var walk = new NpgsqlCommand(BarReadSql.WalkTheKey, connection))
            await walk.ExecuteNonQueryAsync(cancellationToken);
        return StoredBars.Join(await BarCopyReader.ReadAsync(
            connection, BarReadSql.Read(series, new BarQuery(partition.Range), withStamps: true), series, new(MostRows, WithStamps: true), cancellationToken));
    }

    private async Task<long> DeleteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                new() { Value = series.Symbol }, new() { Value = _timeframe },
                new() { Value = PgTime.ToDateTime(partition.Range.StartMs) }, new() { Value = PgTime.ToDateTime(partition.Range.EndMs) },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task FinishAsync(long version, long deleted, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ChangeState)
        {
            Parameters =
            {
                new() { Value = series.Symbol }, new() { Value = _timeframe }, new() { Value = PgTime.ToDateTime(partition.Range.EndMs) },
                new() { Value = version }, new() { Value = deleted },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ChangeSeal)
        {
            Parameters = { new() { Value = series.Symbol }, new() { Value = _timeframe }, new() { Value = PgTime.ToDateTime(partition.Range.StartMs) } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(BarsChanged.Notify) { Parameters = { new() { Value = new BarsChanged(series, partition.Range, version).Payload() } } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
