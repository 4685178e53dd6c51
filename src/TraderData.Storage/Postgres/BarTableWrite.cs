using System.Data;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>One write to a series: one transaction, in which the series' state row is locked.</summary>
internal sealed class BarTableWrite(NpgsqlConnection connection, Series series, BarWrite write, ILogger logger)
{
    // Up to here a statement with the rows in it is quicker than a temporary table, and spares the catalogue one: this is every live bar.
    internal const int SmallRows = 64;

    // Writers of one series wait for each other; a merge of millions of rows takes minutes. The caller's token ends it sooner.
    private const int TimeoutSeconds = 600;

    private const string BeforeCopy = "before_copy";

    private readonly AskedRanges _asked = AskedRanges.Of(write);
    private readonly string _timeframe = series.Timeframe.ToString();

    private BarBlock Bars => write.Bars;

    // What the lock has told.
    private DateTime _now;
    private bool _hasRows;
    private long _version;
    private bool _stateDiffers;
    private FailureSet _failures = FailureSet.Empty;

    /// <summary>Writes, and commits.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.SymbolTaken"/>.</exception>
    public async Task<WriteResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await LockAsync(cancellationToken);
        var result = Bars.Count == 0 ? default
            : Bars.Count <= SmallRows ? await MergeSmallAsync(cancellationToken)
            : _hasRows || !await TryCopyAsync(transaction, cancellationToken) ? await MergeStagedAsync(cancellationToken)
            : new WriteResult(Bars.Count, 0, 0);
        if (_stateDiffers || !result.WroteNothing)
            await ChangeStateAsync(result, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    // Each statement sees what was committed before it began: the last two, what the writer before us wrote.
    private async Task LockAsync(CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = TimeoutSeconds };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(BarTableSql.TellOurselves));
        batch.BatchCommands.Add(Statement(BarTableSql.ClaimSymbol, series.Symbol, series.Source));
        batch.BatchCommands.Add(Statement(BarTableSql.CreateState, series.Symbol, _timeframe));
        batch.BatchCommands.Add(Statement(BarReadSql.SourceOfSymbol, series.Symbol));
        batch.BatchCommands.Add(StateStatement(BarTableSql.LockState));
        if (Bars.Count > 0)
            batch.BatchCommands.Add(Statement(BarTableSql.HasRows, series.Symbol, _timeframe, PgTime.ToDateTime(Bars.FirstMs), PgTime.ToDateTime(Bars.LastMs)));

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var owner = reader.GetString(0);
        if (owner != series.Source)
            throw new StorageException(StorageErrorKind.SymbolTaken, $"{series}: the symbol {series.Symbol} belongs to source {owner} in market.ohlcv, so {series.Source} cannot write it");
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        using var failures = JsonDocument.Parse(reader.GetString(2));
        var failed = FailureJson.Read(failures.RootElement);
        _failures = failed.Without(_asked.Fetched).With(_asked.Failures);
        (_version, _stateDiffers) = (reader.GetInt64(0), reader.GetBoolean(1) || !_failures.Equals(failed));
        if (await reader.NextResultAsync(cancellationToken) && await reader.ReadAsync(cancellationToken))
            (_now, _hasRows) = (reader.GetDateTime(0), reader.GetBoolean(1));
    }

    private async Task ChangeStateAsync(WriteResult result, CancellationToken cancellationToken)
    {
        var change = StateStatement(BarTableSql.ChangeState);
        change.Parameters.Add(new NpgsqlParameter { Value = _version + 1 });
        change.Parameters.Add(new NpgsqlParameter { Value = result.Inserted });
        change.Parameters.Add(new NpgsqlParameter { Value = FailureJson.Text(_failures), NpgsqlDbType = NpgsqlDbType.Jsonb });
        var range = result.WroteNothing ? (TimeRange?)null : new TimeRange(Bars.FirstMs, Bars.LastMs + 1);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { change, Statement(BarsChanged.Notify, new BarsChanged(series, range, _version + 1).Payload()) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // False when a row of another program came in between, or row-level security forbids COPY to this user.
    private async Task<bool> TryCopyAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync(BeforeCopy, cancellationToken);
        try
        {
            await new BarCopyWriter(series, PgTime.FromDateTime(_now)).CopyAsync(connection, "market.ohlcv", Bars, cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.FeatureNotSupported)
        {
            PostgresLog.Restaged(logger, series.ToString(), Bars.Count, e.MessageText);
            await transaction.RollbackAsync(BeforeCopy, cancellationToken);
            return false;
        }
    }

    private async Task<WriteResult> MergeStagedAsync(CancellationToken cancellationToken)
    {
        await using (var create = new NpgsqlCommand(BarTableSql.CreateStaging, connection))
            await create.ExecuteNonQueryAsync(cancellationToken);
        await new BarCopyWriter(series).CopyAsync(connection, BarTableSql.Staging, Bars, cancellationToken);
        await using var merge = MergeCommand(BarTableSql.Staging);
        return await MergeAsync(merge, cancellationToken);
    }

    private async Task<WriteResult> MergeSmallAsync(CancellationToken cancellationToken)
    {
        var bars = Enumerable.Range(0, Bars.Count).Select(Bars.At).ToList();
        await using var merge = MergeCommand(BarTableSql.SmallRows);
        merge.Parameters.Add(new NpgsqlParameter { Value = series.Source });
        merge.Parameters.Add(new NpgsqlParameter { Value = bars.ConvertAll(b => PgTime.ToDateTime(b.TimeMs)).ToArray() });
        AddTexts(merge, bars, b => b.Open);
        AddTexts(merge, bars, b => b.High);
        AddTexts(merge, bars, b => b.Low);
        AddTexts(merge, bars, b => b.Close);
        AddTexts(merge, bars, b => b.Volume);
        AddTexts(merge, bars, b => b.Vwap);
        merge.Parameters.Add(new NpgsqlParameter { Value = bars.ConvertAll(b => b.Trades).ToArray() });
        return await MergeAsync(merge, cancellationToken);
    }

    private NpgsqlCommand MergeCommand(string rows) => new(BarTableSql.Merge(rows), connection)
    {
        CommandTimeout = TimeoutSeconds,
        Parameters =
        {
            new() { Value = series.Symbol }, new() { Value = _timeframe },
            new() { Value = PgTime.ToDateTime(Bars.FirstMs) }, new() { Value = PgTime.ToDateTime(Bars.LastMs) }, new() { Value = _now },
        },
    };

    private static void AddTexts(NpgsqlCommand command, List<Bar> bars, Func<Bar, ScaledDecimal?> column) =>
        command.Parameters.Add(new NpgsqlParameter { Value = bars.ConvertAll(b => column(b)?.ToString()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });

    private async Task<WriteResult> MergeAsync(NpgsqlCommand merge, CancellationToken cancellationToken)
    {
        await using var reader = await merge.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (inserted, changed) = (reader.GetInt64(0), reader.GetInt64(1));
        if (changed > 0)
            PostgresLog.Restated(logger, series.ToString(), changed, TimeText.Iso(Bars.FirstMs), TimeText.Iso(Bars.LastMs));
        return new WriteResult(inserted, changed, Bars.Count - inserted - changed);
    }

    private NpgsqlBatchCommand StateStatement(string sql)
    {
        var statement = Statement(sql, series.Symbol, _timeframe, AssetClassText.Of(write.Provenance.AssetClass));
        statement.Parameters.Add(new NpgsqlParameter { Value = (object?)write.Provenance.Feed ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        statement.Parameters.Add(new NpgsqlParameter { Value = (object?)write.Provenance.Adjustment ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        statement.Parameters.Add(new NpgsqlParameter { Value = Ranges(_asked.Fetched), NpgsqlDbType = NpgsqlDbType.TimestampTzMultirange });
        statement.Parameters.Add(new NpgsqlParameter { Value = Ranges(_asked.Verified), NpgsqlDbType = NpgsqlDbType.TimestampTzMultirange });
        return statement;
    }

    private static NpgsqlRange<DateTime>[] Ranges(RangeSet ranges) =>
        [.. ranges.Select(range => new NpgsqlRange<DateTime>(PgTime.ToDateTime(range.StartMs), true, PgTime.ToDateTime(range.EndMs), false))];

    private static NpgsqlBatchCommand Statement(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
