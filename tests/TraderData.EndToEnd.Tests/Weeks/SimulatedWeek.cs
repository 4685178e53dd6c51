using System.Globalization;
using TraderData.Cli;
using TraderData.Core;
using TraderData.Jobs;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>An exchange with every fault, a database and a worker that is killed each hour, on a fast clock.</summary>
internal sealed class SimulatedWeek : IAsyncDisposable
{
    // What every binance symbol counts, and some for the backfill and for asking again: tight enough that the budget is what it waits for.
    private const int WeightPerMinute = 1_200;
    private const int BackfillSymbols = 20;

    // A week takes a quarter of it.
    private const int DiskMegabytes = 256;

    /// <summary>What a worker says of a full disk.</summary>
    public const string DiskFull = "the disk or quota is full: make room, then run it again";

    // A busy machine may take this long until a job writes to the disk.
    private static readonly TimeSpan LongestFull = TimeSpan.FromHours(3);

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(70);

    // A failed range waits for a quarter of an hour, then twice as long.
    private const int Repairs = 6;

    private readonly FastTime _time;
    private readonly PostgresServer _postgres;
    private readonly SimulatorHost _exchange;
    private readonly TemporaryFolder _folder;
    private readonly SmallDisk _disk;
    private readonly WeekStore _store;
    private readonly WeekWorker _worker;
    private readonly DateTimeOffset _end;
    private readonly Random _random;
    private int _restarts;
    private int _fills;

    private SimulatedWeek(FastTime time, TemporaryFolder folder, SmallDisk disk, PostgresServer postgres, SimulatorHost exchange, string database, int seed)
    {
        (_time, _folder, _disk, _postgres, _exchange, _random) = (time, folder, disk, postgres, exchange, new Random(seed));
        _end = WeekPlan.Start + TimeSpan.FromHours(WeekPlan.Hours);
        var settings = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = PostgresServer.UrlOf(database),
            ["TRADER_DATA_DIR"] = DataFolder(folder),
            ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(),
            ["BINANCE_STREAM_URL"] = exchange.StreamUrl.ToString(),
            ["BINANCE_ARCHIVE_URL"] = exchange.BaseUrl.ToString(),
            ["ALPACA_DATA_URL"] = exchange.BaseUrl.ToString(),
            ["ALPACA_API_KEY"] = "key",
            ["ALPACA_API_SECRET"] = "secret",
            ["TraderData__WatchList__0"] = "binance:*@1m",
            ["TraderData__WatchList__1"] = $"alpaca:{string.Join(',', WeekPlan.Alpaca)}@1m",
        };
        _worker = new WeekWorker(settings, disk, time);
        _store = new WeekStore(
            new Settings
            {
                DatabaseUrl = settings["DATABASE_URL"],
                DataDirectory = disk.Path,
                BinanceBaseUrl = settings["BINANCE_BASE_URL"],
                BinanceArchiveUrl = settings["BINANCE_ARCHIVE_URL"],
                AlpacaDataUrl = settings["ALPACA_DATA_URL"],
            },
            time);
    }

    /// <summary>Starts the exchange and the worker.</summary>
    public static async Task<SimulatedWeek> StartAsync(PostgresServer postgres, int seed, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder();
        var time = FastTime.Create(Path.Combine(folder.Path, "clock"), WeekPlan.Start);
        var exchange = await SimulatorHost.StartAsync(
            new SimulatorOptions
            {
                Clock = time,
                MorePairs = WeekPlan.MorePairs,
                Flaws = new MarketFlaws(Late: 20, Changed: 20, Missing: 10),
                BinanceWeightPerMinute = WeightPerMinute,
                StreamEvery = TimeSpan.FromSeconds(30),
                BanNotice = WeekPlan.BanNotice,
                Faults = WeekPlan.OfArchives,
            },
            cancellationToken);
        var disk = await SmallDisk.MountAsync(DataFolder(folder), DiskMegabytes);
        var week = new SimulatedWeek(time, folder, disk, postgres, exchange, await postgres.CreateDatabaseAsync(cancellationToken), seed);
        await week._worker.StartAsync(cancellationToken);
        return week;
    }

    /// <summary>Lets the time pass, with all that goes wrong in it.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        await _store.SubmitAsync(
            new BackfillRequest(
                "binance", [.. Enumerable.Range(1, BackfillSymbols).Select(i => $"SIM{i}USDT")], Timeframe.M1,
                new TimeRange(WeekPlan.BackfillStart.ToUnixTimeMilliseconds(), WeekPlan.Start.ToUnixTimeMilliseconds())),
            cancellationToken);
        foreach (var (at, what) in Happenings().OrderBy(happening => happening.At))
        {
            await UntilAsync(at, cancellationToken);
            await what(cancellationToken);
        }

        await UntilAsync(_end, cancellationToken);
        _exchange.Faults.Clear();
    }

    /// <summary>Waits until nothing is left that the ledger says is due.</summary>
    public async Task<WeekVerdict> SettleAsync(CancellationToken cancellationToken)
    {
        await UntilAsync(_end + Quiet, cancellationToken);
        for (var repair = 1; ; repair++)
        {
            foreach (var job in new[] { "reread", "repair" })
                await RunJobAsync(job, cancellationToken);
            var verdict = await LookAsync(cancellationToken);
            if (verdict.Faults.Count == 0 || repair == Repairs)
                return verdict;
            await Task.Delay(TimeSpan.FromMinutes(15), _time, cancellationToken);
        }
    }

    /// <summary>What was counted.</summary>
    public IReadOnlyList<(string What, string Count)> Counts(WeekVerdict verdict)
    {
        var stats = _exchange.Stats;
        var counts = new List<(string, string)>
        {
            ("simulated hours", Number(WeekPlan.Hours)),
            ("series", Number(verdict.Series)),
            ("bars, each as the exchange had it", Number(verdict.Bars)),
            ("bars restated by the exchange", Number(verdict.Restated)),
            ("not there, by cause", verdict.Causes.ToString()),
            ("workers killed", Number(_worker.Kills)),
            ("workers with a clock 5 minutes off", Number(_worker.SkewedStarts)),
            ("workers that followed streams", Number(_worker.StreamingStarts)),
            ("restarts of Postgres", Number(_restarts)),
            ("times that the disk was full", Number(_fills)),
            ("jobs that met the full disk", Number(_worker.Log.Split('\n').Count(line => line.Contains(DiskFull, StringComparison.Ordinal)))),
            ("requests", Number(stats.Requests)),
            ("weight", Number(stats.Weight)),
            ("429 for passing a limit", Number(stats.Violations - stats.AskedWhileBanned)),
            ("requests in spite of a ban", Number(stats.AskedWhileBanned)),
            ("requests under way when a ban came", Number(stats.Stragglers)),
        };
        counts.AddRange(stats.ToldWhileBanned.Select(request => ("asked in spite of a ban", request)));
        counts.AddRange(Kinds.Select(kind => ($"fault {kind}", Number(stats.FaultsOf(kind)))));
        return counts;
    }

    /// <summary>The kinds of fault that must have been given.</summary>
    public static IReadOnlyList<FaultKind> Kinds { get; } =
        [.. WeekPlan.Hourly.Select(hourly => hourly.Fault).Concat(WeekPlan.OfArchives).Select(fault => fault.Kind).Distinct().Order()];

    /// <summary>What the exchange counted.</summary>
    public SimulatorStats Stats => _exchange.Stats;

    /// <summary>The worker.</summary>
    public WeekWorker Worker => _worker;

    /// <summary>How often Postgres was restarted.</summary>
    public int Restarts => _restarts;

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _store.DisposeAsync();
        await _exchange.DisposeAsync();
        await _disk.DisposeAsync();
        _time.Dispose();
        _folder.Dispose();
    }

    private static string DataFolder(TemporaryFolder folder) => Path.Combine(folder.Path, "data");

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private List<(DateTimeOffset At, Func<CancellationToken, Task> What)> Happenings()
    {
        var all = new List<(DateTimeOffset, Func<CancellationToken, Task>)>();
        for (var hour = 0; hour < WeekPlan.Hours; hour++)
        {
            var begin = WeekPlan.Start + TimeSpan.FromHours(hour);
            foreach (var (minute, fault) in WeekPlan.Hourly)
                all.Add((begin + TimeSpan.FromMinutes(minute), Do(() => _exchange.Faults.Add(fault))));
            if (hour % 3 == 2)
                all.Add((begin + TimeSpan.FromMinutes(44), RestartPostgresAsync));
            if (hour % 3 == 1)
            {
                // While the nightly seal runs, the first time, and its first tries again.
                all.Add((begin + TimeSpan.FromMinutes(10), Do(FillDisk)));
                all.Add((begin + TimeSpan.FromMinutes(26), FreeDiskAsync));
            }

            // At any minute, so that it comes upon everything that the worker does; not right after it began.
            all.Add((begin + TimeSpan.FromMinutes(_random.Next(hour == 0 ? 20 : 0, 58)), token => KillAsync(TimeSpan.FromSeconds(_random.Next(180)), token)));
        }

        return all;
    }

    private static Func<CancellationToken, Task> Do(Action what) => _ =>
    {
        what();
        return Task.CompletedTask;
    };

    // Of a ban that was told just before, the answer may have died with it.
    private async Task KillAsync(TimeSpan absence, CancellationToken cancellationToken)
    {
        await _worker.KillAsync();
        _exchange.LoseBanNotice();
        await Task.Delay(absence, _time, cancellationToken);
        await _worker.StartAsync(cancellationToken);
    }

    // What is refused meanwhile is to be kept on it.
    private void FillDisk()
    {
        _disk.Fill();
        _fills++;
        _exchange.Faults.Add(WeekPlan.ToKeep);
    }

    private async Task FreeDiskAsync(CancellationToken cancellationToken)
    {
        var latest = _time.GetUtcNow() + LongestFull;
        while (!_worker.Met(DiskFull) && _time.GetUtcNow() < latest)
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        _disk.Free();
    }

    private async Task RestartPostgresAsync(CancellationToken cancellationToken)
    {
        await _postgres.RestartAsync(cancellationToken);
        _restarts++;
    }

    private async Task UntilAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        while (at - _time.GetUtcNow() is var rest && rest > TimeSpan.Zero)
            await Task.Delay(rest, _time, cancellationToken);
    }

    private async Task RunJobAsync(string job, CancellationToken cancellationToken)
    {
        var before = await LastRunAsync(job, cancellationToken);
        using var http = new HttpClient { BaseAddress = _worker.Url };
        using var answer = await http.PostAsync(new Uri($"/api/jobs/{job}/run", UriKind.Relative), null, cancellationToken);
        answer.EnsureSuccessStatusCode();
        while (await LastRunAsync(job, cancellationToken) == before)
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
    }

    private async Task<long?> LastRunAsync(string job, CancellationToken cancellationToken) =>
        (await _store.Runs.SummarizeAsync(cancellationToken)).GetValueOrDefault(job)?.Last.StartedMs;

    private async Task<WeekVerdict> LookAsync(CancellationToken cancellationToken)
    {
        var day = WeekPlan.Start.AddHours(-22).ToUnixTimeMilliseconds();
        var verdict = new WeekVerdict(
            _store.Bars, _exchange.Truth!, new TimeRange(day, _end.ToUnixTimeMilliseconds()), _time.GetUtcNow().ToUnixTimeMilliseconds());
        // The opening of the stock exchange on that day, or of the first trade behind it.
        var session = WeekPlan.Start.AddHours(-8).ToUnixTimeMilliseconds();
        foreach (var symbol in WeekPlan.Alpaca)
            await verdict.LookAsync(new Series("alpaca", symbol, Timeframe.M1), symbol.Contains('/', StringComparison.Ordinal) ? day : session, cancellationToken);
        foreach (var symbol in _exchange.Truth!.Symbols)
            await verdict.LookAsync(new Series("binance", symbol, Timeframe.M1), IsBackfilled(symbol) ? WeekPlan.BackfillStart.AddHours(1).ToUnixTimeMilliseconds() : day, cancellationToken);
        return verdict;
    }

    private static bool IsBackfilled(string symbol) =>
        symbol.StartsWith("SIM", StringComparison.Ordinal) && int.Parse(symbol[3..^4], CultureInfo.InvariantCulture) <= BackfillSymbols;
}
