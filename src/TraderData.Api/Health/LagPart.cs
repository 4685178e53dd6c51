using TraderData.Core;

namespace TraderData.Api;

/// <summary>Tells which ingests are behind. Looks at most every half minute: it lists every series.</summary>
internal sealed class LagPart(IJobControl? jobs, IBarStore store, TimeProvider time) : IHealthPart
{
    private const string Ingest = "ingest:";

    // Several times what an ingest takes after a bar closed, and for long bars what repairs itself at the next run.
    private static readonly TimeSpan LeastLag = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private Known? _known;

    public string Name => "ingest";

    public async Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken)
    {
        if (jobs is null)
            return [];
        if (Volatile.Read(ref _known) is { } known && time.GetElapsedTime(known.At) < Fresh)
            return known.Parts;
        var at = time.GetTimestamp();
        var ingests = (await jobs.ListAsync(cancellationToken)).Where(job => job.Name.StartsWith(Ingest, StringComparison.Ordinal) && job.Series.Count > 0).ToList();
        if (ingests.Count == 0)
            return [];
        var held = (await store.ListAsync(cancellationToken)).ToDictionary(info => info.Series);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var parts = ingests.Select(job => Look(job, held, nowMs)).ToList();
        Volatile.Write(ref _known, new Known(at, parts));
        return parts;
    }

    private static PartHealth Look(ScheduledJob job, Dictionary<Series, SeriesInfo> held, long nowMs)
    {
        var late = new List<(Series Series, TimeSpan Lag)>();
        foreach (var series in job.Series)
        {
            if (SeriesLag.KnownEndMs(held.GetValueOrDefault(series), series.Timeframe) is not { } end)
                continue;
            var lag = SeriesLag.Of(end, series.Timeframe, nowMs);
            if (lag > LeastLag && lag.TotalMilliseconds > series.Timeframe.DurationMs)
                late.Add((series, lag));
        }

        if (job.IsPaused)
            return PartHealth.Degraded(job.Name, "is paused", $"trader-data jobs resume {job.Name}");
        if (late.Count == 0)
            return PartHealth.Ok(job.Name);
        var (worst, behind) = late.MaxBy(one => one.Lag);
        return PartHealth.Degraded(
            job.Name, $"{late.Count} of {job.Series.Count} series are behind, {worst} farthest, by {(long)behind.TotalSeconds} s", $"see that a worker runs, and GET /api/jobs/{job.Name}/runs");
    }

    private sealed record Known(long At, IReadOnlyList<PartHealth> Parts);
}
