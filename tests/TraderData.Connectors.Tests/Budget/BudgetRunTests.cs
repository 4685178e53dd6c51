using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>Half an hour of processes that always have work, at a source that counts: nearly all of its limit is spent, and none is refused.</summary>
public sealed class BudgetRunTests(ITestOutputHelper output, PostgresServer postgres)
{
    private const int Minutes = 30;
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 41, TimeSpan.Zero);
    private readonly VirtualTime _time = new(Start);

    private DateTimeOffset End => Start.AddMinutes(Minutes + 1);

    [Theory]
    [InlineData(1, 6_000, 2, 0)]
    [InlineData(2, 6_000, 2, -4)]
    [InlineData(3, 6_000, 5, 7)]
    [InlineData(3, 1_200, 2, 31)]
    [InlineData(2, 200, 1, 3)]
    public void Processes_on_one_record_spend_the_limit_and_are_never_refused(int processes, int limit, int weight, int secondsOff)
    {
        var source = new SimulatedSource(_time, limit, TimeSpan.FromSeconds(-2.5), seed: processes);
        var store = new MemoryBudgetStore();
        RunAll(source, [.. Budgets(processes, limit, secondsOff, store)], weight);
        Check($"{processes} processes, {limit} a minute, {store.Calls} calls of the record", source);

        // Of 97 requests that the record gives in two steps, some find nothing and wait for the next.
        Assert.InRange(store.Calls / (Minutes + 1), 1, 300 * processes);
    }

    [Fact]
    public async Task Two_processes_on_Postgres_spend_the_limit_and_are_never_refused()
    {
        var source = new SimulatedSource(_time, 6_000, TimeSpan.Zero, seed: 7);
        var options = PostgresOptions.Parse(await postgres.CreateDatabaseAsync(Cancel));
        await PostgresMigrator.MigrateAsync(new PostgresDatabase(options), options, NullLogger.Instance, Cancel);
        var stores = Enumerable.Range(0, 2).Select(_ => TraderDataStorage.Open(
            new StorageOptions { DatabaseUrl = options.ConnectionString }, NullLoggerFactory.Instance)).ToArray();
        RunAll(source, [.. stores.Select((s, i) => Budget(6_000, i * 3, new RealStore(_time, s.Budgets)))], 5);
        Check("2 processes on Postgres", source);
    }

    [Fact]
    public void Two_processes_on_a_folder_spend_the_limit_and_are_never_refused()
    {
        var folder = Directory.CreateTempSubdirectory("budget-").FullName;
        try
        {
            var source = new SimulatedSource(_time, 6_000, TimeSpan.Zero, seed: 8);
            var stores = Enumerable.Range(0, 2).Select(_ => TraderDataStorage.Open(
                new StorageOptions { DataDirectory = folder }, NullLoggerFactory.Instance)).ToArray();
            RunAll(source, [.. stores.Select((s, i) => Budget(6_000, i * 3, new RealStore(_time, s.Budgets)))], 5);
            Check("2 processes on a folder", source);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Limit_that_changes_midway_is_spent_from_then_on()
    {
        var source = new SimulatedSource(_time, 6_000, TimeSpan.Zero, seed: 9);
        SourceBudget[] budgets = [.. Budgets(2, 6_000, 0, new MemoryBudgetStore())];
        _time.Run(async () =>
        {
            var work = Task.WhenAll(budgets.Select(b => WorkAsync(source, b, 2)));
            foreach (var (second, limit) in new[] { (10 * 60, 1_200), (20 * 60, 3_000) })
            {
                // exchangeInfo tells one process, just before it holds.
                await Task.Delay(Start.AddSeconds(second + 19 - 1) - _time.GetUtcNow(), _time);
                budgets[0].LearnLimit(limit);
                await budgets[0].ShareAsync();
                await Task.Delay(TimeSpan.FromSeconds(1), _time);
                source.Limit = limit;
            }

            await work;
        });
        Check("6000, then 1200, then 3000 a minute", source);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_500)]
    [InlineData(3_000)]
    public void Other_program_at_the_address_gets_its_part(int othersPerMinute)
    {
        var source = new SimulatedSource(_time, 6_000, TimeSpan.Zero, seed: 10);
        SourceBudget[] budgets = [.. Budgets(2, 6_000, 2, new MemoryBudgetStore())];
        _time.Run(async () =>
        {
            var work = Task.WhenAll(budgets.Select(b => WorkAsync(source, b, 2)));
            while (_time.GetUtcNow() < End)
            {
                source.SpendElsewhere(5);
                await Task.Delay(TimeSpan.FromMilliseconds(60_000 * 5 / othersPerMinute), _time);
            }

            await work;
        });
        Check($"another program that spends {othersPerMinute} a minute", source);
    }

    [Fact]
    public void Live_requests_of_one_process_wait_for_no_backfill_of_another_and_leave_a_part_to_it()
    {
        var source = new SimulatedSource(_time, 1_200, TimeSpan.Zero, seed: 11);
        SourceBudget[] budgets = [.. Budgets(2, 1_200, 2, new MemoryBudgetStore())];
        var waits = new List<TimeSpan>();
        var backfilled = 0;
        _time.Run(async () =>
        {
            var backfill = WorkAsync(source, budgets[0], 2, () => backfilled += 2);
            while (Next(_time.GetUtcNow()) < End)
            {
                // 200 series right after each minute's close: a third of the limit, at once.
                await Task.Delay(Next(_time.GetUtcNow()) - _time.GetUtcNow(), _time);
                await source.AskAsync(budgets[1], 1, RequestPriority.Live);
                var asked = _time.GetUtcNow();
                await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => source.AskAsync(budgets[1], 2, RequestPriority.Live, () => waits.Add(_time.GetUtcNow() - asked))));
            }

            await backfill;
        });
        Check($"backfill beside live, which waited {waits.Max()} at most; backfill had {backfilled / Minutes} a minute", source);
        Assert.True(waits.Max() < TimeSpan.FromMilliseconds(600), $"{waits.Max()}");
        Assert.InRange(backfilled / Minutes, 740, 840);
    }

    [Fact]
    public void Backfill_is_not_starved_by_live_requests_without_end()
    {
        var source = new SimulatedSource(_time, 1_200, TimeSpan.Zero, seed: 12);
        SourceBudget[] budgets = [.. Budgets(2, 1_200, 2, new MemoryBudgetStore())];
        var backfilled = 0;
        _time.Run(() => Task.WhenAll(
            WorkAsync(source, budgets[0], 2, () => backfilled += 2), WorkAsync(source, budgets[1], 2, priority: RequestPriority.Live)));
        Check($"backfill beside live without end: it had {backfilled / Minutes} a minute", source);
        Assert.InRange(backfilled / Minutes, 1_200 * 97 / 100 / 20, 300);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Next(DateTimeOffset now) => new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddSeconds(62);

    private IEnumerable<SourceBudget> Budgets(int count, int limit, int secondsOff, IBudgetStore store) =>
        Enumerable.Range(0, count).Select(i => Budget(limit, i * secondsOff, store));

    private SourceBudget Budget(int limit, int secondsOff, IBudgetStore store) => new(
        "binance", new Uri("http://127.0.0.1"), new SourceBudgetOptions { LimitPerMinute = limit }, store,
        new WrongClock(_time, TimeSpan.FromSeconds(secondsOff)), NullLogger.Instance);

    private void RunAll(SimulatedSource source, SourceBudget[] budgets, int weight) =>
        _time.Run(() => Task.WhenAll(budgets.Select(b => WorkAsync(source, b, weight))));

    // As a connector does: the clock once a minute, and requests in parallel.
    private async Task WorkAsync(SimulatedSource source, SourceBudget budget, int weight, Action? sent = null, RequestPriority priority = RequestPriority.Backfill)
    {
        await source.AskAsync(budget, 1, priority);
        async Task TellTimeAsync()
        {
            while (_time.GetUtcNow() < End)
            {
                await source.AskAsync(budget, 1, priority);
                await Task.Delay(TimeSpan.FromMinutes(1), _time);
            }
        }

        async Task AskOnAsync()
        {
            while (_time.GetUtcNow() < End)
                await source.AskAsync(budget, weight, priority, sent);
        }

        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => AskOnAsync()).Append(TellTimeAsync()));
    }

    private void Check(string what, SimulatedSource source)
    {
        var shares = source.Shares;
        var mean = shares.Average() / 10;
        output.WriteLine($"{what}: {mean:0.00} % of the limit over {shares.Count} minutes (least {shares.Min() / 10.0:0.0} %), {source.Refused} answers 429");
        Assert.True(shares.Count >= Minutes, $"{shares.Count} minutes");
        Assert.True(mean >= 95, $"{mean} %: {string.Join(' ', shares)}");
        Assert.Equal(0, source.Refused);
    }

    private sealed class RealStore(VirtualTime time, IBudgetStore store) : IBudgetStore
    {
        public Task<T> UpdateAsync<T>(string source, Func<BudgetRecord, (BudgetRecord Record, T Answer)> change, CancellationToken cancellationToken) =>
            time.RealAsync(() => store.UpdateAsync(source, change, cancellationToken));

        public Task<IReadOnlyDictionary<string, BudgetRecord>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);
    }
}
