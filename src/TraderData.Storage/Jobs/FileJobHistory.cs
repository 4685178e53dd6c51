using System.Text.Json;
using System.Text.Json.Serialization;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Runs of jobs in a file of the data folder, a line of JSON each, for the one process that runs jobs where there is no database. It is read once; a line
/// that a killed process left half-written is passed over.
/// </summary>
/// <param name="path">The file; it and its folder are made with the first run.</param>
/// <param name="time">Tells what is too old.</param>
internal sealed class FileJobHistory(string path, TimeProvider time) : IJobHistory
{
    /// <summary>How many runs are kept at most: about two weeks of one 1m ingest, or 4 MB.</summary>
    public const int MaxRuns = 20_000;

    // The file is written anew when it has grown by a quarter.
    private const int MaxLines = MaxRuns * 5 / 4;

    private readonly Lock _gate = new();
    private List<JobRun>? _runs;

    /// <inheritdoc/>
    public Task AddAsync(JobRun run, CancellationToken cancellationToken) => GuardAsync(() =>
    {
        var runs = Load();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        runs.Add(run);
        if (runs.Count > MaxLines)
            Rewrite(runs);
        else
            File.AppendAllText(path, JsonSerializer.Serialize(run, JobRunJson.Default.JobRun) + "\n");
        return true;
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRun>> ListAsync(string job, int limit, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyList<JobRun>>(() => [.. Kept().Where(run => run.Job == job).Reverse().Take(limit)]);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, JobSummary>> SummarizeAsync(CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyDictionary<string, JobSummary>>(() => Kept().GroupBy(run => run.Job, StringComparer.Ordinal).ToDictionary(
            runs => runs.Key, runs => SummaryOf([.. runs]), StringComparer.Ordinal));

    private static JobSummary SummaryOf(JobRun[] runs)
    {
        var succeeded = Array.FindLastIndex(runs, run => run.Outcome == JobOutcome.Succeeded);
        var failed = runs.Skip(succeeded + 1).Where(run => run.Outcome == JobOutcome.Failed).ToArray();
        return new JobSummary(runs[^1], succeeded < 0 ? null : runs[succeeded].StartedMs, failed.Length == 0 ? null : failed[0].StartedMs, failed.Length);
    }

    private Task<T> GuardAsync<T>(Func<T> work) => LocalFault.GuardAsync(path, () =>
    {
        lock (_gate)
            return Task.FromResult(work());
    });

    private IEnumerable<JobRun> Kept()
    {
        var oldest = (time.GetUtcNow() - JobRun.Kept).ToUnixTimeMilliseconds();
        return Load().TakeLast(MaxRuns).Where(run => run.StartedMs >= oldest);
    }

    private List<JobRun> Load()
    {
        if (_runs is not null)
            return _runs;
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        if (text.Length > 0 && text[^1] != '\n')
            File.AppendAllText(path, "\n");
        return _runs = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OfType<JobRun>()];
    }

    private static JobRun? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JobRunJson.Default.JobRun);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Rewrite(List<JobRun> runs)
    {
        var kept = Kept().ToArray();
        var temporary = $"{path}.new";
        File.WriteAllLines(temporary, kept.Select(run => JsonSerializer.Serialize(run, JobRunJson.Default.JobRun)));
        File.Move(temporary, path, overwrite: true);
        runs.Clear();
        runs.AddRange(kept);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobRun))]
internal sealed partial class JobRunJson : JsonSerializerContext;
