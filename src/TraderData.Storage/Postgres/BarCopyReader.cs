using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Reads rows of a binary COPY straight into the columns of blocks: no object per row or value.</summary>
internal static class BarCopyReader
{
    /// <summary>
    /// Runs a <c>COPY (…) TO STDOUT (FORMAT BINARY)</c> to its end. A block's bars ascend; blocks are in the order of the rows. With each come the times
    /// its bars were stored, when the query gives them, else nothing.
    /// </summary>
    /// <param name="connection">Is not to be used until the blocks are all there.</param>
    /// <param name="query">Gives the columns of <see cref="BarRow.Columns"/> or <see cref="BarRow.StoredColumns"/> in order of time.</param>
    /// <param name="series">The series, for messages.</param>
    /// <param name="shape">How rows become blocks.</param>
    /// <param name="cancellationToken">Stops the COPY.</param>
    /// <exception cref="BadDataException">A stored value cannot be held exactly.</exception>
    public static async Task<List<StoredBars>> ReadAsync(
        NpgsqlConnection connection, string query, Series series, BlockShape shape, CancellationToken cancellationToken)
    {
        var blocks = new List<StoredBars>();
        var columns = new BarColumnsBuffer(shape.MostRows, shape.WithStamps);
        await using var rows = await BarRowReader.StartAsync(connection, query, series, cancellationToken);
        while (true)
        {
            while (Collect(rows, columns, series))
                blocks.Add(columns.Take(shape.Descending));
            if (rows.IsDone)
                break;
            await rows.FillAsync(cancellationToken);
        }

        if (columns.Count > 0)
            blocks.Add(columns.Take(shape.Descending));
        return blocks;
    }

    // True when a block is complete; false when more bytes are needed or there is no further row.
    private static bool Collect(BarRowReader rows, BarColumnsBuffer columns, Series series)
    {
        var row = default(BarRow);
        while (!columns.IsFull)
        {
            if (!rows.TryRead(ref row))
                return false;
            if (!columns.TryAdd(row))
                return columns.Count > 0 ? true : throw DoesNotFit(series, row.TimeMs);
            rows.Advance();
        }

        return true;
    }

    private static BadDataException DoesNotFit(Series series, long timeMs) => new(
        $"{series} {TimeText.Iso(timeMs)}", "prices of too different digits", $"prices that fit together in {ScaledDecimal.MaxScale} digits");

    /// <summary>How rows become blocks.</summary>
    /// <param name="MostRows">The most rows of a block.</param>
    /// <param name="Descending">The newest row comes first.</param>
    /// <param name="WithStamps">The times the rows were stored come too.</param>
    internal readonly record struct BlockShape(int MostRows, bool Descending = false, bool WithStamps = false);
}
