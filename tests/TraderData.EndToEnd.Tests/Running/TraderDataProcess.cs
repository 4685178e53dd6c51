using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using TraderData.Cli;

namespace TraderData.EndToEnd.Tests;

/// <summary>The built program as a process of its own, as a user runs it.</summary>
internal sealed class TraderDataProcess : IAsyncDisposable
{
    /// <summary>Variables that may be set where tests run, and are not for what they start.</summary>
    public static readonly IReadOnlyList<string> OwnSettings = [.. SettingsReader.EnvironmentNames.Keys, "OTEL_EXPORTER_OTLP_ENDPOINT"];

    /// <summary>The program's file.</summary>
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "trader-data.dll");
    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _said = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _output;
    private readonly Task _reading;

    private TraderDataProcess(Process process)
    {
        _process = process;
        _output = ReadOutputAsync();
        _reading = ReadErrorAsync();
    }

    /// <summary>What it said on standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    /// <summary>What it said on standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>True when it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a command line.</summary>
    /// <param name="settings">Environment variables; nothing of this process's own settings is passed on.</param>
    /// <param name="arguments">The command line.</param>
    public static TraderDataProcess Start(IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        StartIn(Path.GetTempPath(), settings, arguments);

    /// <summary>Starts a command line on a machine with a small disk.</summary>
    public static TraderDataProcess StartOn(SmallDisk disk, IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        Start([.. disk.Prefix, "dotnet", Program, .. arguments], Path.GetTempPath(), settings);

    /// <summary>Starts a command line in a folder.</summary>
    public static TraderDataProcess StartIn(string folder, IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        Start(["dotnet", Program, .. arguments], folder, settings);

    private static TraderDataProcess Start(string[] command, string folder, IReadOnlyDictionary<string, string> settings)
    {
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var name in OwnSettings)
            info.Environment.Remove(name);
        foreach (var (name, value) in settings)
            info.Environment[name] = value;
        return new TraderDataProcess(Process.Start(info)!);
    }

    /// <summary>Runs a command line to its end.</summary>
    public static async Task<Ended> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        await using var process = Start(settings, arguments);
        return await process.EndAsync();
    }

    /// <summary>Waits for a line on standard output or error that contains a text.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task<string> WaitForAsync(string text, CancellationToken cancellationToken)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(cancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"trader-data ended before it said '{text}'; it said:\n{Error}");
    }

    /// <summary>Waits until it ends.</summary>
    public async Task<Ended> EndAsync()
    {
        await _process.WaitForExitAsync();
        var output = await _output;
        await _reading;
        return new Ended(_process.ExitCode, output, Error);
    }

    /// <summary>Ends it at once, as SIGKILL does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Asks it to end, as SIGTERM does, and waits until it has.</summary>
    public Task<Ended> TerminateAsync() => SignalAsync("TERM");

    /// <summary>Sends it a signal, and waits until it has ended.</summary>
    public async Task<Ended> SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await EndAsync();
        _process.Dispose();
    }

    private async Task<string> ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_said)
                _said.Append(line).Append('\n');
            _lines.Writer.TryWrite(line);
        }

        return Output;
    }

    private async Task ReadErrorAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_error)
                _error.Append(line).Append('\n');
            _lines.Writer.TryWrite(line);
        }

        await _output;
        _lines.Writer.TryComplete();
    }

    /// <summary>What a command line came to.</summary>
    public sealed record Ended(int ExitCode, string Output, string Error)
    {
        /// <summary>The same, when it ended with a code that was expected.</summary>
        public Ended Expect(int exitCode)
        {
            Assert.True(ExitCode == exitCode, $"ended with {ExitCode}, expected {exitCode}; it said:\n{Error}\n{Output}");
            return this;
        }
    }
}
