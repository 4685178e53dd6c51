using System.Buffers;
using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage;

/// <summary>Finds the rows of a partition that a query asks for, and their times.</summary>
internal static class PieceTimes
{
    /// <summary>The times, ascending, and the row of the first of them.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="timeframe">The timeframe of its bars.</param>
    /// <param name="query">What is asked for; its time in the past is not looked at.</param>
    /// <exception cref="FormatException">Its times do not rise, or it has none.</exception>
    /// <exception cref="ParquetException">It is damaged.</exception>
    public static (long[] Times, int FirstRow) Of(ParquetReader reader, Timeframe timeframe, BarQuery query) =>
        FirstOfDense(reader, timeframe) is { } openMs
            ? OfDense(openMs, reader.RequireRows(), timeframe.DurationMs, query)
            : OfColumn(reader, query);

    // Bars of less than a day stand on the grid: when as many are there as fit between the first and the last, no time has to be read.
    private static long? FirstOfDense(ParquetReader reader, Timeframe timeframe)
    {
        if (timeframe.DurationMs >= Timeframe.D1.DurationMs || reader.Footer.RowGroups is not [{ Rows: > 0 } group])
            return null;
        var index = reader.Footer.Schema.IndexOf(BarFile.TimeColumn);
        return index >= 0 && group.Chunks[index].Statistics is { Min: { } min, Max: { } max }
            && timeframe.IsOnGrid(min) && (Int128)max - min == (Int128)(group.Rows - 1) * timeframe.DurationMs
                ? min
                : null;
    }

    private static (long[] Times, int FirstRow) OfDense(long openMs, int rows, long stepMs, BarQuery query)
    {
        var (first, end) = Limited(Row(query.Range.StartMs), Row(query.Range.EndMs), query);
        var times = GC.AllocateUninitializedArray<long>(end - first);
        for (var i = 0; i < times.Length; i++)
            times[i] = openMs + ((first + i) * stepMs);
        return (times, first);

        int Row(long timeMs) => timeMs <= openMs ? 0 : (int)Int128.Min(((Int128)timeMs - openMs + stepMs - 1) / stepMs, rows);
    }

    private static (long[] Times, int FirstRow) OfColumn(ParquetReader reader, BarQuery query)
    {
        var pooled = ArrayPool<long>.Shared.Rent(reader.RequireRows());
        var all = pooled.AsSpan(0, reader.RequireRows());
        BarFile.Times(reader, BarFile.TimeColumn, all);
        for (var i = 1; i < all.Length; i++)
        {
            if (all[i] <= all[i - 1])
                throw new FormatException($"times that do not rise at row {i}");
        }

        var (first, end) = Limited(Row(all, query.Range.StartMs), Row(all, query.Range.EndMs), query);
        var times = all[first..end].ToArray();
        ArrayPool<long>.Shared.Return(pooled);
        return (times, first);
    }

    private static (int First, int End) Limited(int first, int end, BarQuery query) =>
        query.Limit is not { } limit || end - first <= limit ? (first, Math.Max(first, end))
        : query.NewestFirst ? (end - (int)limit, end)
        : (first, first + (int)limit);

    // The first row at or behind a time.
    private static int Row(ReadOnlySpan<long> times, long timeMs)
    {
        var row = times.BinarySearch(timeMs);
        return row < 0 ? ~row : row;
    }
}
