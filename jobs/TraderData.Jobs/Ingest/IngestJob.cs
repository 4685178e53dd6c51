using Quartz;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Runs an ingest of one source and timeframe.</summary>
[DisallowConcurrentExecution]
internal sealed class IngestJob(Ingest ingest, IngestLag lag) : IJob
{
    public const string Group = "ingest";
    private const string SourceData = "source";
    private const string TimeframeData = "timeframe";

    public static JobKey KeyOf(string source, Timeframe timeframe) => new($"{source}:{timeframe}", Group);

    /// <summary>The job of a source and timeframe. A worker that dies in it is followed by another that does it again.</summary>
    public static IJobDetail DetailOf(string source, Timeframe timeframe) => JobBuilder.Create<IngestJob>()
        .WithIdentity(KeyOf(source, timeframe))
        .UsingJobData(SourceData, source)
        .UsingJobData(TimeframeData, timeframe.ToString())
        .RequestRecovery()
        .Build();

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var data = context.MergedJobDataMap;
        var (source, timeframe) = (data.GetString(SourceData)!, Timeframe.Parse(data.GetString(TimeframeData)!));
        var report = await ingest.RunAsync(source, timeframe, cancellationToken).ConfigureAwait(false);
        context.Result = report.Written;
        await lag.LookAsync(source, timeframe, cancellationToken).ConfigureAwait(false);
        SeriesFailures.Throw(report.Series);
    }
}
