using System.Diagnostics;

namespace TraderData.Benchmarks;

/// <summary>Runs each contest once and compares the answers of both sides.</summary>
internal static class CheckRun
{
    /// <summary>Exit code 1 when an answer differs.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<Contest> contests)
    {
        var failed = 0;
        foreach (var contest in contests)
        {
            var start = Stopwatch.GetTimestamp();
            var difference = await OnceAsync(contest);
            failed += difference is null ? 0 : 1;
            Console.WriteLine($"{(difference is null ? "ok  " : "FAIL")} {contest.Name} against {contest.Rival} ({Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms){(difference is null ? "" : $": {difference}")}");
        }

        return failed == 0 && contests.Count > 0 ? 0 : 1;
    }

    private static async Task<string?> OnceAsync(Contest contest)
    {
        try
        {
            await contest.SetupAsync();
            await contest.OursAsync();
            await contest.RivalAsync();
            return await contest.DifferenceAsync();
        }
        finally
        {
            await contest.CleanupAsync();
        }
    }
}
