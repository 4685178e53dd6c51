using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Where jobs stand in a program that has some.</summary>
/// <param name="Control">The schedule.</param>
/// <param name="History">What jobs did.</param>
/// <param name="Budgets">What may still be asked of the sources.</param>
internal sealed record JobServices(IJobControl Control, IJobHistory History, IBudgetStore Budgets)
{
    /// <summary>What to answer when there is no schedule.</summary>
    public static readonly ApiError None = new(
        StatusCodes.Status404NotFound, ErrorCodes.NoSchedule,
        "this process has no schedule of jobs: without a database it is in the process that runs them (trader-data serve --role all or worker); ask that one");
}

/// <summary>Lists the jobs of the schedule with their last run, how far behind their series are, and the state of each source's budget.</summary>
internal sealed class JobsEndpoint(JobServices? jobs, IBarStore store, TimeProvider time)
{
    public static readonly IReadOnlyList<Parameter> Parameters = [];

    public async Task AnswerAsync(HttpContext context)
    {
        var error = QueryText.Read(context.Request.QueryString, Parameters, out _) ?? (jobs is null ? JobServices.None : null);
        if (error is not null)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        var cancellation = context.RequestAborted;
        var held = (await store.ListAsync(cancellation)).ToDictionary(info => info.Series);
        var list = new JobList(
            await jobs!.Control.ListAsync(cancellation), await jobs.History.SummarizeAsync(cancellation), await jobs.Budgets.ListAsync(cancellation),
            held, time.GetUtcNow().ToUnixTimeMilliseconds());
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, list, static (json, all) => all.Write(json));
    }
}

/// <summary>What stands in the answer to <c>/api/jobs</c>.</summary>
internal sealed record JobList(
    IReadOnlyList<ScheduledJob> Jobs,
    IReadOnlyDictionary<string, JobSummary> Runs,
    IReadOnlyDictionary<string, BudgetRecord> Budgets,
    IReadOnlyDictionary<Series, SeriesInfo> Held,
    long NowMs)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WriteStartObject("data"u8);
        json.WriteStartArray("jobs"u8);
        foreach (var job in Jobs)
            WriteJob(json, job);
        json.WriteEndArray();
        json.WriteStartArray("sources"u8);
        foreach (var (source, budget) in Budgets)
            WriteBudget(json, source, budget);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteJob(Utf8JsonWriter json, ScheduledJob job)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, job.Name);
        if (job.Schedule is { } schedule)
            json.WriteString("schedule"u8, schedule);
        json.WriteBoolean("paused"u8, job.IsPaused);
        JobText.WriteTime(json, "running_since", job.RunningSinceMs);
        if (job.Progress is { } progress)
            json.WriteNumber("progress"u8, progress);
        JobText.WriteTime(json, "next_run", job.NextMs);
        if (Runs.TryGetValue(job.Name, out var summary))
        {
            json.WritePropertyName("last_run"u8);
            JobText.WriteRun(json, summary.Last);
            JobText.WriteTime(json, "last_success", summary.LastSucceededMs);
            JobText.WriteTime(json, "failing_since", summary.FailedSinceMs);
            json.WriteNumber("failed_runs"u8, summary.FailedRuns);
        }

        json.WriteStartArray("series"u8);
        foreach (var series in job.Series)
            WriteSeries(json, series);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteSeries(Utf8JsonWriter json, Series series)
    {
        json.WriteStartObject();
        json.WriteString("symbol"u8, series.Symbol);
        if (SeriesLag.KnownEndMs(Held.GetValueOrDefault(series), series.Timeframe) is { } end)
        {
            JobText.WriteTime(json, "known_to", end);
            json.WriteNumber("lag_seconds"u8, (long)SeriesLag.Of(end, series.Timeframe, NowMs).TotalSeconds);
        }

        json.WriteEndObject();
    }

    private void WriteBudget(Utf8JsonWriter json, string source, BudgetRecord budget)
    {
        json.WriteStartObject();
        json.WriteString("source"u8, source);
        if (budget.Limit is { } limit)
            json.WriteNumber("limit"u8, limit);
        JobText.WriteTime(json, "minute", budget.Minute * 60_000);
        json.WriteNumber("taken"u8, budget.Taken);
        json.WriteNumber("others"u8, budget.Others);
        JobText.WriteTime(json, "paused_until", Ahead(budget.PausedUntilMs));
        JobText.WriteTime(json, "banned_until", Ahead(budget.BannedUntilMs));
        if (budget.Stop is { } stop && stop.UntilMs > NowMs)
        {
            json.WriteStartObject("stopped"u8);
            json.WriteString("host"u8, stop.Host);
            json.WriteString("kind"u8, stop.Kind);
            json.WriteString("reason"u8, stop.Reason);
            JobText.WriteTime(json, "since", stop.SinceMs);
            JobText.WriteTime(json, "until", stop.UntilMs);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private long? Ahead(long? untilMs) => untilMs > NowMs ? untilMs : null;
}
