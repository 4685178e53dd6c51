using Microsoft.Extensions.DependencyInjection;
using TraderData.Jobs;

namespace TraderData.Cli;

/// <summary>Runs a backfill for a person: progress while it runs, a line for each series when it is done.</summary>
internal static class BackfillRun
{
    /// <summary>Runs it.</summary>
    /// <exception cref="MisuseException">The request is wrong.</exception>
    public static async Task<BackfillReport> RunAsync(IServiceProvider services, BackfillRequest request, CancellationToken cancellationToken)
    {
        var backfill = Checked(services, request);
        var report = await ProgressView.RunAsync(
            $"{request.Source} {request.Timeframe}",
            "chunks",
            listener => backfill.RunAsync(
                request,
                new Listening(listener),
                cancellationToken)).ConfigureAwait(false);
        foreach (var series in report.Series)
            await Console.Error.WriteLineAsync($"{series.Series}: {series.Summary}").ConfigureAwait(false);
        return report;
    }

    /// <summary>Tells what it would do.</summary>
    /// <exception cref="MisuseException">The request is wrong.</exception>
    public static Task<IReadOnlyList<FetchPlan>> PlanAsync(IServiceProvider services, BackfillRequest request, CancellationToken cancellationToken) =>
        Checked(services, request).PlanAsync(request, cancellationToken);

    private static Backfill Checked(IServiceProvider services, BackfillRequest request)
    {
        var backfill = services.GetRequiredService<Backfill>();
        return backfill.Check(request) is { Count: > 0 } faults ? throw new MisuseException(string.Join(Environment.NewLine, faults)) : backfill;
    }

    // In order and at once, where Progress<T> would post each report to another thread.
    private sealed class Listening(ProgressView.Listener listener) : IProgress<BackfillProgress>
    {
        public void Report(BackfillProgress value) => listener(value.Series.Symbol, value.ChunksDone, value.ChunksTotal);
    }
}
