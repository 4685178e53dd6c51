using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Runs one job over several series, a few at a time.</summary>
internal static class SeriesRunner
{
    /// <summary>Runs the work for each series; the reports stand in the order of the series.</summary>
    public static async Task<IReadOnlyList<SeriesReport>> RunAsync(
        IReadOnlyList<Series> series, int parallel, Func<Series, CancellationToken, Task<SeriesReport>> work, CancellationToken cancellationToken)
    {
        var reports = new SeriesReport[series.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, series.Count, options, async (i, token) => reports[i] = await work(series[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return reports;
    }
}
