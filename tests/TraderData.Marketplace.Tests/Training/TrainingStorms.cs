using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>Everything breaks at random, for half an hour and more of the job's turns: still no run has two jobs at once, none runs twice, and what can be stopped is stopped. Seeds are in the messages.</summary>
public abstract class TrainingStorms(PostgresServer? server) : TrainingTest(server)
{
    private const int Storms = 6;
    private const int Runs = 6;
    private const int Turns = 60;

    [Fact]
    public async Task No_run_has_two_jobs_or_runs_twice_whatever_breaks()
    {
        for (var storm = 0; storm < Storms; storm++)
        {
            var seed = Random.Shared.Next();
            TestContext.Current.SendDiagnosticMessage("storm of seed {0}", seed);
            await StormAsync(new Random(seed), $"seed {seed}");
        }
    }

    private async Task StormAsync(Random random, string where)
    {
        RunPod.Jobs.Clear();
        var ids = new List<string>();
        for (var turn = 0; turn < Turns; turn++)
        {
            if (ids.Count < Runs && random.Next(4) == 0)
                ids.Add(await AskAsync());
            if (ids.Count > 0 && random.Next(20) == 0)
                await Mp.SendAsync("POST", $"/api/training/runs/{ids[random.Next(ids.Count)]}/cancel", null);
            await BreakAsync(random);
            Move(random);
            Time.Advance(TimeSpan.FromSeconds(random.Next(10) == 0 ? 300 : 30));
        }

        // The weather clears.
        RunPod.Fault = _ => null;
        for (var turn = 0; turn < 12; turn++)
            await GoOnAsync();
        Assert.True(RunPod.Twice.IsEmpty, $"{where}: two jobs at once of {string.Join(' ', RunPod.Twice)}");
        foreach (var id in ids)
            await CheckAsync(id, where);
    }

    private async Task CheckAsync(string id, string where)
    {
        var run = (await Store.FindRunAsync(id, Cancellation))!;
        var jobs = RunPod.Jobs.Values.Where(job => job.RunId == id).ToArray();
        Assert.True(jobs.Count(job => job.Ran) <= 1, $"{where}: {id} ran as {string.Join(' ', jobs.Where(job => job.Ran).Select(job => job.Id))}");
        var ours = jobs.SingleOrDefault(job => run.ProviderId?.EndsWith(job.Id, StringComparison.Ordinal) == true);
        if (run.IsOver)
            Assert.False(ours is { IsLive: true }, $"{where}: {id} is {run.Status}, and {ours?.Id} goes on");
        // A job that goes on although nobody knows it is told of.
        foreach (var lost in jobs.Where(job => job.IsLive && job != ours))
            Assert.True(run.Note?.Contains($"look for run_id {id}", StringComparison.Ordinal) == true, $"{where}: {lost.Id} of {id} goes on, and nobody is told: {run.Note}");
    }

    // A turn of a worker that may be killed at any change of the store, or at the provider.
    private async Task BreakAsync(Random random)
    {
        var gate = new Lock();
        int Next(int max)
        {
            lock (gate)
                return random.Next(max);
        }

        RunPod.Fault = _ => Next(5) > 0 ? null : Next(6) switch
        {
            0 => new StandInFault(false, 429),
            1 => new StandInFault(false, 503),
            2 => new StandInFault(Next(2) == 0, 504),
            3 => new StandInFault(Next(2) == 0, null),
            4 => new StandInFault(true, 200, "<html>"),
            _ => new StandInFault(false, 500, "oh"),
        };
        var store = FaultyStore.Over(Store, (_, _) => Next(15) > 0 ? null : Next(2) == 0 ? new KilledException() : new StorageException(StorageErrorKind.Unavailable, "the store is away"));
        try
        {
            await Worker(store, new KilledProvider(Provider(), kills: Next(10) == 0)).RunAsync(Cancellation);
        }
        catch (Exception e) when (e is KilledException or StorageException or ProviderException)
        {
            // The next turn is another process's.
        }
    }

    // What goes on at the provider in between.
    private void Move(Random random)
    {
        foreach (var job in RunPod.Jobs.Values.OrderBy(job => job.Id, StringComparer.Ordinal).Where(job => job.IsLive && random.Next(6) == 0))
        {
            job.Ran |= job.Status == "IN_QUEUE";
            job.Status = job.Status == "IN_QUEUE" ? "IN_PROGRESS" : random.Next(3) == 0 ? "FAILED" : "COMPLETED";
        }
    }
}

public sealed class JournalTrainingStorms() : TrainingStorms(null);

public sealed class PostgresTrainingStorms(PostgresServer server) : TrainingStorms(server);
