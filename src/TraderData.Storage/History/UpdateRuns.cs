namespace TraderData.Storage;

/// <summary>When the bars of a block got their values, as runs of bars that got them at the same time: one for a backfill, one a bar for a live series.</summary>
internal sealed class UpdateRuns
{
    private readonly int[] _ends;
    private readonly long[] _timesMs;

    private UpdateRuns(int[] ends, long[] timesMs) => (_ends, _timesMs) = (ends, timesMs);

    /// <summary>The latest of the times; <see cref="StoredBars.Unknown"/> when there is none.</summary>
    public long LatestMs => _timesMs.Length == 0 ? StoredBars.Unknown : _timesMs.Max();

    /// <summary>How many bytes the runs take.</summary>
    public long Bytes => (long)_ends.Length * (sizeof(int) + sizeof(long));

    /// <summary>Finds the runs of one time for each bar, see <see cref="StoredBars.UpdatedMs"/>.</summary>
    public static UpdateRuns Of(ReadOnlySpan<long> updatedMs)
    {
        var ends = new List<int>();
        var times = new List<long>();
        for (var start = 0; start < updatedMs.Length; start = ends[^1])
        {
            var length = updatedMs[start..].IndexOfAnyExcept(updatedMs[start]);
            ends.Add(length < 0 ? updatedMs.Length : start + length);
            times.Add(updatedMs[start]);
        }

        return new UpdateRuns([.. ends], [.. times]);
    }

    /// <summary>One time for each bar.</summary>
    public long[] ToArray()
    {
        var updatedMs = new long[_ends.Length == 0 ? 0 : _ends[^1]];
        for (var (run, start) = (0, 0); run < _ends.Length; start = _ends[run++])
            updatedMs.AsSpan(start, _ends[run] - start).Fill(_timesMs[run]);
        return updatedMs;
    }
}
