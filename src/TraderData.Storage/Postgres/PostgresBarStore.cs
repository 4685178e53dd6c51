using System.Data;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// The hot tier: bars in <c>market.ohlcv</c> of a Postgres database that <see cref="PostgresMigrator"/> has prepared. A write is one transaction,
/// so that its bars and its fetched range are there together or not at all. What other programs write to the table is served too: under the source
/// they wrote beside it, or as <c>import</c> when they wrote none and no source has claimed the symbol by writing it.
/// </summary>
/// <param name="database">The database; not owned.</param>
/// <param name="logger">Is told of restatements.</param>
public sealed class PostgresBarStore(PostgresDatabase database, ILogger<PostgresBarStore> logger) : IBarStore
{
    // Large enough that a block's arrays cost nothing per bar, small enough (a megabyte) that many readers fit in memory.
    internal const int BlockRows = 16_384;

    // So few rows are sorted, if they are, in no time: a round trip to forbid it costs more. This is every chart.
    private const int FewRows = 1_000;

    // Counting reads every key of what is asked for.
    private const int CountTimeoutSeconds = 600;

    /// <inheritdoc/>
    public async Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(write);
        if (write.Bars.Count == 0 && write.Fetched is not { IsEmpty: false })
            return default;
        try
        {
            await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
            return await new BarTableWrite(connection, series, write, logger).RunAsync(cancellationToken);
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: write {series}");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="BadDataException">Another program stored a number that eighteen digits do not hold.</exception>
    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (query.Limit is < 1)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "a limit must be 1 or more");
        if (query.AsOfMs is not null)
            throw new NotSupportedException();
        if (query.Range.IsEmpty)
            yield break;
        await using var connection = await GuardAsync(series, database.Connections.OpenConnectionAsync(cancellationToken));
        await using var transaction = query.Limit is <= FewRows ? null : await GuardAsync(series, BeginKeyWalkAsync(connection, cancellationToken));
        var blockRows = (int)Math.Min(query.Limit ?? BlockRows, BlockRows);
        await using var rows = await GuardAsync(
            series,
            new ValueTask<BarCopyReader>(BarCopyReader.StartAsync(connection, BarTableSql.Read(series, query), series, query.NewestFirst, blockRows, cancellationToken)));
        while (await GuardAsync(series, rows.NextAsync(cancellationToken)) is { } block)
            yield return block;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    /// <remarks>Counts the series' bars exactly, by reading their keys: about a tenth of a second for a million.</remarks>
    public async Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        var found = await DescribeAsync("WHERE symbol = $1 AND timeframe = $2", [series.Symbol, series.Timeframe.ToString()], cancellationToken);
        return found.Find(info => info.Series == series);
    }

    /// <inheritdoc/>
    public async Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Connections.CreateCommand(BarTableSql.SourceOfSymbol);
            command.Parameters.Add(new NpgsqlParameter { Value = symbol });
            return await command.ExecuteScalarAsync(cancellationToken) as string;
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: source of {symbol}");
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Counts every bar of the table exactly, by reading all keys: not for every request. Series of other programs whose symbol or timeframe is not
    /// spelled as <see cref="Series"/> asks are left out.
    /// </remarks>
    public async Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var found = await DescribeAsync("", [], cancellationToken);
        return
        [
            .. found.OrderBy(info => info.Series.Source, StringComparer.Ordinal)
                .ThenBy(info => info.Series.Symbol, StringComparer.Ordinal)
                .ThenBy(info => info.Series.Timeframe.DurationMs),
        ];
    }

    private async Task<List<SeriesInfo>> DescribeAsync(string filter, string[] values, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Connections.CreateCommand(BarTableSql.Describe(filter));
            command.CommandTimeout = CountTimeoutSeconds;
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var found = new List<SeriesInfo>();
            while (await reader.ReadAsync(cancellationToken))
            {
                if (SeriesRow.Read(reader) is { } info)
                    found.Add(info);
            }

            return found;
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: list series");
        }
    }

    private static async ValueTask<NpgsqlTransaction> BeginKeyWalkAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using var command = new NpgsqlCommand(BarTableSql.WalkTheKey, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }

    private async ValueTask<T> GuardAsync<T>(Series series, ValueTask<T> step)
    {
        try
        {
            return await step;
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: read {series}");
        }
    }
}
