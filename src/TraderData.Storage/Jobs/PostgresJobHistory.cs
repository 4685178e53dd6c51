using Npgsql;
using NpgsqlTypes;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Runs of jobs in <c>market.job_run</c>.</summary>
internal sealed class PostgresJobHistory(PostgresDatabase database, TimeProvider time) : IJobHistory
{
    // What is too old goes with every hundredth run: a few rows each time, and never a long statement.
    private const int RunsPerSweep = 100;

    private const string Columns = "job, started_at, ended_at, outcome, inserted, changed, same, error";

    // Of each job the last run, the last that succeeded, and the failed ones behind that: each a short walk down an index.
    private const string Summaries =
        """
        WITH RECURSIVE jobs AS (
            (SELECT job FROM market.job_run ORDER BY job LIMIT 1)
            UNION ALL
            SELECT (SELECT r.job FROM market.job_run r WHERE r.job > j.job ORDER BY r.job LIMIT 1) FROM jobs j WHERE j.job IS NOT NULL
        )
        SELECT r.job, r.started_at, r.ended_at, r.outcome, r.inserted, r.changed, r.same, r.error, s.started_at, f.since, f.runs
        FROM jobs j
        CROSS JOIN LATERAL (SELECT * FROM market.job_run r WHERE r.job = j.job ORDER BY r.started_at DESC, r.id DESC LIMIT 1) r
        LEFT JOIN LATERAL (
            SELECT s.started_at FROM market.job_run s WHERE s.job = j.job AND s.outcome = 'succeeded' ORDER BY s.started_at DESC LIMIT 1) s ON true
        LEFT JOIN LATERAL (
            SELECT min(f.started_at) AS since, count(*) AS runs FROM market.job_run f
            WHERE f.job = j.job AND f.started_at > coalesce(s.started_at, '-infinity') AND f.outcome = 'failed') f ON true
        WHERE j.job IS NOT NULL
        """;

    private int _added;

    /// <inheritdoc/>
    public Task AddAsync(JobRun run, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var command = database.Connections.CreateCommand($"INSERT INTO market.job_run ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
        var parameters = command.Parameters;
        parameters.Add(new() { Value = run.Job });
        parameters.Add(new() { Value = PgTime.ToDateTime(run.StartedMs) });
        parameters.Add(new() { Value = PgTime.ToDateTime(run.EndedMs) });
        parameters.Add(new() { Value = NameOf(run.Outcome) });
        parameters.Add(new() { Value = run.Written.Inserted });
        parameters.Add(new() { Value = run.Written.Changed });
        parameters.Add(new() { Value = run.Written.Same });
        parameters.Add(new() { Value = (object?)run.Error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellationToken);
        if (Interlocked.Increment(ref _added) % RunsPerSweep == 1)
            await SweepAsync(cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRun>> ListAsync(string job, int limit, CancellationToken cancellationToken) => GuardAsync<IReadOnlyList<JobRun>>(async () =>
    {
        await using var command = database.Connections.CreateCommand(
            $"SELECT {Columns} FROM market.job_run WHERE job = $1 ORDER BY started_at DESC, id DESC LIMIT $2");
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var runs = new List<JobRun>();
        while (await reader.ReadAsync(cancellationToken))
            runs.Add(Read(reader));
        return runs;
    });

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, JobSummary>> SummarizeAsync(CancellationToken cancellationToken) => GuardAsync<IReadOnlyDictionary<string, JobSummary>>(async () =>
    {
        await using var command = database.Connections.CreateCommand(Summaries);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var summaries = new SortedDictionary<string, JobSummary>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var last = Read(reader);
            summaries.Add(last.Job, new JobSummary(last, TimeAt(reader, 8), TimeAt(reader, 9), (int)reader.GetInt64(10)));
        }

        return summaries;
    });

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Connections.CreateCommand("DELETE FROM market.job_run WHERE started_at < $1");
        command.Parameters.Add(new() { Value = (time.GetUtcNow() - JobRun.Kept).UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: job history");
        }
    }

    private static JobRun Read(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        TimeAt(reader, 1)!.Value,
        TimeAt(reader, 2)!.Value,
        Enum.Parse<JobOutcome>(reader.GetString(3), ignoreCase: true),
        new WriteResult(reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)),
        reader.IsDBNull(7) ? null : reader.GetString(7));

    private static string NameOf(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Succeeded => "succeeded",
        JobOutcome.Cancelled => "cancelled",
        _ => "failed",
    };

    private static long? TimeAt(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : PgTime.FromDateTime(reader.GetDateTime(column));
}
