using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Reads a series page by page: a page's rows are taken off the server without a stop, so that a slow reader of the blocks holds no connection, and no
/// transaction that keeps the server from cleaning up. The next page is read while one is handed out. Pages come from one moment each: a bar that is
/// restated in between is given as it is when its page is read.
/// </summary>
internal sealed class BarPages(PostgresDatabase database, Series series, BarQuery query, bool withStamps = false)
{
    // Large enough that a block's arrays cost nothing per bar, small enough (a megabyte) that many readers fit in memory.
    internal const int BlockRows = 16_384;

    // The first page is one block, so that it comes soon. Starting a COPY costs the server what some hundred rows do.
    private const int PageRows = 2 * BlockRows;

    // So few rows are sorted, if they are, in no time: a round trip to forbid it costs more. This is every chart.
    private const int FewRows = 1_000;

    /// <summary>The blocks, in the order of the query.</summary>
    public async IAsyncEnumerable<StoredBars> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = query.Limit ?? long.MaxValue;
        var rest = query.Range;
        var rows = (int)Math.Min(left, BlockRows);
        var next = rest.IsEmpty ? null : PageAsync(query with { Range = rest, Limit = rows }, leaving.Token);
        try
        {
            while (next is not null)
            {
                var page = await next;
                var given = page.Sum(block => block.Bars.Count);
                left -= given;
                var isLast = given < rows || left == 0;
                if (!isLast)
                {
                    rest = query.NewestFirst ? new TimeRange(rest.StartMs, page[^1].Bars.FirstMs) : new TimeRange(page[^1].Bars.LastMs + 1, rest.EndMs);
                    rows = (int)Math.Min(left, PageRows);
                }

                next = isLast ? null : PageAsync(query with { Range = rest, Limit = rows }, leaving.Token);
                foreach (var block in page)
                    yield return block;
            }
        }
        finally
        {
            if (next is not null)
            {
                await leaving.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<List<StoredBars>> PageAsync(BarQuery page, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
            await using var transaction = page.Limit <= FewRows && page.AsOfMs is null ? null : await BeginKeyWalkAsync(connection, cancellationToken);
            var shape = new BarCopyReader.BlockShape((int)Math.Min(page.Limit!.Value, BlockRows), page.NewestFirst, withStamps);
            return await BarCopyReader.ReadAsync(connection, BarReadSql.Read(series, page, withStamps), series, shape, cancellationToken);
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: read {series}");
        }
    }

    private static async Task<NpgsqlTransaction> BeginKeyWalkAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using var command = new NpgsqlCommand(BarReadSql.WalkTheKey, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }
}
