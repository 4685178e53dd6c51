namespace TraderData.EndToEnd.Tests;

/// <summary>The worker of the week: the built program, on the week's clock, that is killed and started again.</summary>
internal sealed class WeekWorker(Dictionary<string, string> settings, SmallDisk disk, FastTime time) : IAsyncDisposable
{
    // Every start gets the next of them: the machine's clock is right, late, right, and ahead.
    private static readonly TimeSpan[] Skews = [TimeSpan.Zero, TimeSpan.FromMinutes(-5), TimeSpan.Zero, TimeSpan.FromMinutes(5)];

    private readonly List<string> _logs = [];
    private TraderDataProcess? _process;
    private int _starts;

    /// <summary>How often it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>How many of its lives had a clock that was off.</summary>
    public int SkewedStarts { get; private set; }

    /// <summary>How many of its lives, every other one, followed streams.</summary>
    public int StreamingStarts { get; private set; }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("http://localhost");

    /// <summary>All that it said in all of its lives.</summary>
    public string Log => string.Concat(_logs) + _process?.Error;

    /// <summary>True when it has said something in this life.</summary>
    public bool Met(string text) => _process?.Error.Contains(text, StringComparison.Ordinal) == true;

    /// <summary>Starts it and waits until it listens. The clock stands still meanwhile: how long that takes is the machine's affair.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var skew = Skews[_starts++ % Skews.Length];
        SkewedStarts += skew == TimeSpan.Zero ? 0 : 1;
        var follows = _starts % 2 == 0;
        StreamingStarts += follows ? 1 : 0;
        var environment = new Dictionary<string, string>(settings)
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
            [FastTime.Variable] = time.VariableOf(skew),
            // It is young all its short lives: what it would learn about itself costs more than it brings.
            ["DOTNET_TieredPGO"] = "0",
            ["TraderData__StreamsEnabled"] = follows ? "true" : "false",
        };
        time.Run(0);
        _process = TraderDataProcess.StartOn(disk, environment, "serve", "--role", "worker", "--urls", "http://127.0.0.1:0");
        var line = await _process.WaitForAsync("Listening on ", cancellationToken);
        Url = new Uri(line["Listening on ".Length..].Split(". ")[0]);
        time.Run(WeekPlan.Speed);
    }

    /// <summary>Kills it, whatever it does just now.</summary>
    public async Task KillAsync()
    {
        await EndAsync();
        Kills++;
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task EndAsync()
    {
        if (_process is null)
            return;
        Assert.False(_process.HasExited, $"the worker ended by itself; it said:\n{_process.Error}");
        await _process.KillAsync();
        _logs.Add(_process.Error);
        await _process.DisposeAsync();
        _process = null;
    }
}
