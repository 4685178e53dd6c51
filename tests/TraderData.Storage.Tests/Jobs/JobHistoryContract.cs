using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>What every <see cref="IJobHistory"/> promises.</summary>
public abstract class JobHistoryContract
{
    private const long FirstMs = 1_704_067_200_000;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected TestClock Clock { get; } = new() { NowMs = FirstMs };

    /// <summary>The history, as a process that starts now finds it.</summary>
    private protected abstract IJobHistory Open();

    [Fact]
    public async Task Runs_are_kept_newest_first_and_found_by_the_next_process()
    {
        var history = Open();
        Assert.Empty(await history.ListAsync("seal", 10, Cancellation));
        Assert.Empty(await history.SummarizeAsync(Cancellation));
        var runs = new[]
        {
            Run("ingest:binance:1m", 0, JobOutcome.Succeeded) with { Written = new WriteResult(1, 2, 3) },
            Run("ingest:binance:1m", 60, JobOutcome.Failed, "1 of 2 series failed: \"x\"\n\u00e9"),
            Run("seal", 61, JobOutcome.Cancelled, "Cancelled"),
            Run("ingest:binance:1m", 120, JobOutcome.Failed, "again"),
        };
        foreach (var run in runs)
            await history.AddAsync(run, Cancellation);

        foreach (var seen in new[] { history, Open() })
        {
            Assert.Equal([runs[3], runs[1], runs[0]], await seen.ListAsync("ingest:binance:1m", 10, Cancellation));
            Assert.Equal([runs[3]], await seen.ListAsync("ingest:binance:1m", 1, Cancellation));
            var summaries = await seen.SummarizeAsync(Cancellation);
            Assert.Equal(["ingest:binance:1m", "seal"], summaries.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(new JobSummary(runs[3], runs[0].StartedMs, runs[1].StartedMs, 2), summaries["ingest:binance:1m"]);
            Assert.Equal(new JobSummary(runs[2], null, null, 0), summaries["seal"]);
        }
    }

    [Fact]
    public async Task Runs_older_than_thirty_days_go()
    {
        await Open().AddAsync(Run("seal", 0, JobOutcome.Succeeded), Cancellation);
        Clock.NowMs += (long)TimeSpan.FromDays(31).TotalMilliseconds;
        var history = Open();
        var late = Run("seal", 31 * 86_400, JobOutcome.Failed, "x");
        await history.AddAsync(late, Cancellation);
        Assert.Equal([late], await history.ListAsync("seal", 10, Cancellation));
        Assert.Equal(new JobSummary(late, null, late.StartedMs, 1), (await history.SummarizeAsync(Cancellation))["seal"]);
    }

    protected static JobRun Run(string job, int second, JobOutcome outcome, string? error = null) =>
        new(job, FirstMs + (second * 1_000L), FirstMs + (second * 1_000L) + 1_234, outcome, default, error);
}

public sealed class PostgresJobHistoryTests(PostgresServer server) : JobHistoryContract, IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync(server);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Database_without_the_table_is_told()
    {
        await _database.ExecuteAsync("DROP TABLE market.job_run");
        var e = await Assert.ThrowsAsync<StorageException>(() => Open().SummarizeAsync(Cancellation));
        Assert.EndsWith("run 'trader-data db migrate'", e.Message, StringComparison.Ordinal);
    }

    private protected override IJobHistory Open() => new PostgresJobHistory(_database.Database, Clock);
}

public sealed class FileJobHistoryTests : JobHistoryContract, IDisposable
{
    private readonly TestFolder _folder = new();

    private string Place => Path.Combine(_folder.Path, "jobs", "runs.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Line_that_a_killed_process_left_half_written_is_passed_over()
    {
        await Open().AddAsync(Run("seal", 0, JobOutcome.Succeeded), Cancellation);
        await File.AppendAllTextAsync(Place, "{\"job\":\"se", Cancellation);
        var history = Open();
        await history.AddAsync(Run("seal", 1, JobOutcome.Succeeded), Cancellation);
        Assert.Equal(2, (await Open().ListAsync("seal", 10, Cancellation)).Count);
    }

    [Fact]
    public async Task File_does_not_grow_without_end()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place)!);
        await File.WriteAllLinesAsync(Place, Enumerable.Repeat("""{"job":"seal","started_ms":1704067200000,"ended_ms":1704067200001,"outcome":"Succeeded","written":{}}""", FileJobHistory.MaxRuns * 5 / 4), Cancellation);
        await Open().AddAsync(Run("seal", 1, JobOutcome.Succeeded), Cancellation);
        Assert.Equal(FileJobHistory.MaxRuns, (await File.ReadAllLinesAsync(Place, Cancellation)).Length);
    }

    private protected override IJobHistory Open() => new FileJobHistory(Place, Clock);
}
