using System.Runtime.CompilerServices;
using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Reads <c>market.ohlcv_revision</c>.</summary>
internal static class RevisionRows
{
    // Revisions are few: a page holds those of most series.
    private const int PageRows = 4_096;

    /// <summary>Revisions of a series by the bar's time and when they were replaced. No connection is held while they are handed out.</summary>
    public static async IAsyncEnumerable<BarRevision> ReadAsync(
        PostgresDatabase database, Series series, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BarRevision? last = null;
        while (true)
        {
            List<BarRevision> page;
            try
            {
                await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
                page = await ReadAsync(connection, BarReadSql.Revisions(series, range, last, PageRows), series, cancellationToken);
            }
            catch (Exception e) when (PostgresFault.IsOne(e))
            {
                throw PostgresFault.Explain(e, $"{database}: read revisions of {series}");
            }

            foreach (var revision in page)
                yield return revision;
            if (page.Count < PageRows)
                yield break;
            last = page[^1];
        }
    }

    /// <summary>The revisions that a statement of <see cref="BarReadSql.Revisions"/> gives.</summary>
    public static async Task<List<BarRevision>> ReadAsync(NpgsqlConnection connection, string query, Series series, CancellationToken cancellationToken)
    {
        var revisions = new List<BarRevision>();
        await using var rows = await BarRowReader.StartAsync(connection, query, series, cancellationToken);
        var row = default(BarRow);
        while (true)
        {
            for (; rows.TryRead(ref row); rows.Advance())
                revisions.Add(row.ToRevision());
            if (rows.IsDone)
                return revisions;
            await rows.FillAsync(cancellationToken);
        }
    }

    /// <summary>Revisions in layers.</summary>
    /// <param name="series">The series, for messages.</param>
    /// <param name="revisions">By the bar's time and when they were replaced.</param>
    /// <exception cref="BadDataException">Values of a column do not fit together in 18 digits.</exception>
    public static Revisions Layered(Series series, IEnumerable<BarRevision> revisions)
    {
        var layers = new List<Layer>();
        var rank = 0;
        long? timeMs = null;
        foreach (var revision in revisions)
        {
            rank = revision.Old.TimeMs == timeMs ? rank + 1 : 0;
            timeMs = revision.Old.TimeMs;
            if (rank == layers.Count)
                layers.Add(new Layer(new BarBlockBuilder($"revisions of {series}"), [], []));
            layers[rank].Bars.Add(revision.Old);
            layers[rank].RecordedMs.Add(revision.RecordedMs ?? StoredBars.Unknown);
            layers[rank].ReplacedMs.Add(revision.ReplacedMs);
        }

        return Revisions.Of(layers.Select(layer => new RevisionLayer(layer.Bars.Build(), layer.RecordedMs.ToArray(), layer.ReplacedMs.ToArray())));
    }

    private sealed record Layer(BarBlockBuilder Bars, List<long> RecordedMs, List<long> ReplacedMs);
}
