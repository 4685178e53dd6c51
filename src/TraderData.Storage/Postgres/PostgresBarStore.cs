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
public sealed partial class PostgresBarStore(PostgresDatabase database, ILogger<PostgresBarStore> logger) : IBarStore
{
    // Counting reads every key of a series; the first search for what to seal, the whole table.
    private const int LongTimeoutSeconds = 600;

    /// <inheritdoc/>
    public async Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(write);
        if (write.IsEmpty)
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
    public IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (query.Limit is < 1)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "a limit must be 1 or more");
        return new BarPages(database, series, query).ReadAsync(cancellationToken).Select(stored => stored.Bars);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        return RevisionRows.ReadAsync(database, series, range, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Counts the series' bars exactly, by reading their keys: about a tenth of a second for a million.</remarks>
    public async Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        var found = await DescribeAsync(SeriesSql.Find, [series.Symbol, series.Timeframe.ToString()], cancellationToken);
        return found.Find(info => info.Series == series);
    }

    /// <inheritdoc/>
    public async Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Connections.CreateCommand(BarReadSql.SourceOfSymbol);
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
    /// Gives the counts that this program keeps as it writes: what other programs insert into or delete from a series that this program writes too is only
    /// counted by <see cref="FindAsync"/>. Series that this program never wrote are counted exactly, by reading their keys. Series whose symbol or
    /// timeframe is not spelled as <see cref="Series"/> asks are left out.
    /// </remarks>
    public async Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var found = await DescribeAsync(SeriesSql.List, [], cancellationToken);
        return
        [
            .. found.OrderBy(info => info.Series.Source, StringComparer.Ordinal)
                .ThenBy(info => info.Series.Symbol, StringComparer.Ordinal)
                .ThenBy(info => info.Series.Timeframe.DurationMs),
        ];
    }

    private async Task<List<SeriesInfo>> DescribeAsync(string sql, string[] values, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Connections.CreateCommand(sql);
            command.CommandTimeout = LongTimeoutSeconds;
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
}
