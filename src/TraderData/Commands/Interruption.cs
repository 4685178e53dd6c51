using System.Runtime.InteropServices;

namespace TraderData.Cli;

/// <summary>
/// What the user or the system asks by a signal: to stop. The work is cancelled and has some time to end its step; a second Ctrl-C ends the program at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    // Nothing takes longer to stop: a chunk is stored, a file thrown away. A service gives its requests as long.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;
    private Timer? _limit;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, ExitCode.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, ExitCode.Terminated)),
    ];

    /// <summary>Cancelled by a signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What the program ends with, 130 or 143; null when nobody asked it to stop.</summary>
    public int? AskedExitCode => Volatile.Read(ref _exitCode) is > 0 and var code ? code : null;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _limit?.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal, int exitCode)
    {
        signal.Cancel = true;
        var before = Interlocked.Exchange(ref _exitCode, exitCode);
        if (before == ExitCode.Interrupted && exitCode == ExitCode.Interrupted)
            Environment.Exit(exitCode);
        if (before != 0)
            return;
        _limit = new Timer(_ => Environment.Exit(exitCode), state: null, TimeToStop, Timeout.InfiniteTimeSpan);
        _ = _stop.CancelAsync();
    }
}
