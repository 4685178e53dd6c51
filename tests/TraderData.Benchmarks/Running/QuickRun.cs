using System.Diagnostics;

namespace TraderData.Benchmarks;

/// <summary>A table of medians by the stopwatch, the two sides of a contest in turns, so that a busy machine slows both.</summary>
internal static class QuickRun
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);
    private const int LeastRuns = 7;

    /// <summary>Always exit code 0.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<Contest> contests)
    {
        Console.WriteLine($"# {Environment.ProcessorCount} cores, .NET {Environment.Version}, {(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} GC");
        Console.WriteLine("| contest | rival | ns/bar | rival | times faster | MB/s | bytes/bar | rival | allocated bytes/bar | rival |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var contest in contests)
            Console.WriteLine(await MeasureAsync(contest));
        return 0;
    }

    private static async Task<string> MeasureAsync(Contest contest)
    {
        try
        {
            await contest.SetupAsync();
            var warm = Stopwatch.GetTimestamp();
            do
            {
                await contest.OursAsync();
                await contest.RivalAsync();
            }
            while (Stopwatch.GetElapsedTime(warm) < Warmup);

            List<Run> ours = [], rival = [];
            var start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < Measured || ours.Count < LeastRuns)
            {
                ours.Add(await TimeAsync(contest.OursAsync));
                rival.Add(await TimeAsync(contest.RivalAsync));
            }

            return Row(contest, Median(ours), Median(rival));
        }
        finally
        {
            await contest.CleanupAsync();
        }
    }

    private static async Task<Run> TimeAsync(Func<Task> run)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var start = Stopwatch.GetTimestamp();
        await run();
        return new Run(Stopwatch.GetElapsedTime(start).TotalNanoseconds, GC.GetTotalAllocatedBytes() - allocated);
    }

    private static Run Median(List<Run> runs) =>
        new(runs.Select(r => r.Nanoseconds).Order().ElementAt(runs.Count / 2), runs.Select(r => r.Allocated).Order().ElementAt(runs.Count / 2));

    private static string Row(Contest contest, Run ours, Run rival)
    {
        double bars = contest.Bars;
        return FormattableString.Invariant(
            $"| {contest.Name} | {contest.Rival} | {ours.Nanoseconds / bars:F1} | {rival.Nanoseconds / bars:F1} | {rival.Nanoseconds / ours.Nanoseconds:F1} | {contest.OurBytes * 1_000.0 / ours.Nanoseconds:F0} | {contest.OurBytes / bars:F1} | {contest.RivalBytes / bars:F1} | {ours.Allocated / bars:F1} | {rival.Allocated / bars:F1} |");
    }

    private readonly record struct Run(double Nanoseconds, long Allocated);
}
