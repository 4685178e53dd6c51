using System.Globalization;
using Quartz;
using TimeRange = TraderData.Core.TimeRange;

namespace TraderData.Jobs;

/// <summary>Runs a backfill that was submitted; its request is the job's data. Killed or shut down, it goes on with another worker.</summary>
internal sealed class BackfillJob(Backfill backfill) : IJob
{
    public const string Group = "backfill";
    private const string Source = "source";
    private const string Symbols = "symbols";
    private const string Timeframe = "timeframe";
    private const string StartMs = "start_ms";
    private const string EndMs = "end_ms";
    private const string Again = "again";
    private const string Archives = "archives";

    public static JobKey KeyOf(string id) => new(id, Group);

    public static IJobDetail DetailOf(string id, BackfillRequest request) => JobBuilder.Create<BackfillJob>()
        .WithIdentity(KeyOf(id))
        .UsingJobData(Source, request.Source)
        .UsingJobData(Symbols, string.Join(',', request.Symbols))
        .UsingJobData(Timeframe, request.Timeframe.ToString())
        .UsingJobData(StartMs, request.Range.StartMs.ToString(CultureInfo.InvariantCulture))
        .UsingJobData(EndMs, request.Range.EndMs.ToString(CultureInfo.InvariantCulture))
        .UsingJobData(Again, request.Again ? "true" : "false")
        .UsingJobData(Archives, request.Archives ? "true" : "false")
        .RequestRecovery()
        .Build();

    public static BackfillRequest RequestOf(JobDataMap data) => new(
        data.GetString(Source)!,
        data.GetString(Symbols)!.Split(','),
        Core.Timeframe.Parse(data.GetString(Timeframe)!),
        new TimeRange(Number(data, StartMs), Number(data, EndMs)),
        data.GetString(Again) == "true",
        data.GetString(Archives) != "false");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var request = RequestOf(context.MergedJobDataMap);
        var report = await backfill.RunAsync(request, new Steps(context, request.Symbols.Count), cancellationToken).ConfigureAwait(false);
        context.Result = report.Written;
        SeriesFailures.Throw(report.Series);
    }

    // Told one call at a time. A series that has not begun has done nothing.
    private sealed class Steps(IJobExecutionContext context, int count) : IProgress<BackfillProgress>
    {
        private readonly Dictionary<Core.Series, double> _done = [];

        public void Report(BackfillProgress value)
        {
            _done[value.Series] = value.ChunksTotal == 0 ? 0 : (double)value.ChunksDone / value.ChunksTotal;
            context.ReportProgress((int)Math.Min(100, 100 * _done.Values.Sum() / count), value.Series.ToString());
        }
    }

    private static long Number(JobDataMap data, string key) => long.Parse(data.GetString(key)!, CultureInfo.InvariantCulture);
}
