using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>The rows of a recorded series, each as the bytes that were recorded, ascending by opening time.</summary>
internal sealed class RecordedSeries(RecordedSeriesInfo info, long[] times, ReadOnlyMemory<byte>[] rows)
{
    public RecordedSeriesInfo Info { get; } = info;

    public IEnumerable<BarRow> Read(TimeRange opens, bool descending)
    {
        var (first, behind) = (LowerBound(opens.StartMs), LowerBound(opens.EndMs));
        for (var i = 0; i < behind - first; i++)
        {
            var at = descending ? behind - 1 - i : first + i;
            yield return new BarRow(times[at], rows[at]);
        }
    }

    private int LowerBound(long timeMs)
    {
        var found = Array.BinarySearch(times, timeMs);
        return found < 0 ? ~found : found;
    }
}
