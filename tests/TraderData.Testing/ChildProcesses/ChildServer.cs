using System.Diagnostics;
using System.Threading.Channels;

namespace TraderData.Testing;

/// <summary>
/// A server that lives no longer than this process, however this process ends: a shell between the two holds a pipe from here, and stops the
/// server and removes its folder when the pipe closes.
/// </summary>
internal sealed class ChildServer : IAsyncDisposable
{
    // $1 is the folder to remove, $2 the signal that stops the server, $3 a file that may hold the server's process id; the rest is the command.
    // The id is not taken by another process while the shell has not waited for its child.
    private const string LifeLine = """
        folder=$1; signal=$2; pidfile=$3; shift 3
        exec 3<&0
        "$@" </dev/null 3<&- &
        child=$!
        trap '' INT HUP
        ( read -r line <&3
          pid=$(head -n 1 "$pidfile" 2>/dev/null) || pid=
          kill -"$signal" "${pid:-$child}" ) >/dev/null 2>&1 &
        watcher=$!
        wait "$child"; code=$?
        kill "$watcher" 2>/dev/null
        rm -rf "$folder"
        exit "$code"
        """;

    // Enough to see why a server did not start, little enough to keep.
    private const int LinesKept = 200;

    // A second on a quiet machine; tests of many projects at once on two cores have been seen to need twenty.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private ChildServer(Process process)
    {
        _process = process;
        _reading = ReadAllAsync();
    }

    /// <summary>Starts a server and waits until it says that it is ready.</summary>
    /// <param name="folder">The server's own folder: where it runs, and removed when it ends.</param>
    /// <param name="stopSignal">What stops it at once: <c>QUIT</c>.</param>
    /// <param name="pidFile">A file whose first line is the process id to signal; empty for the command's own.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="ready">Stands in the line that says so.</param>
    /// <returns>The server, and the rest of that line.</returns>
    /// <exception cref="TestServerException">It ended, or was not ready in time; the message has what it said.</exception>
    public static async Task<(ChildServer Server, string Ready)> StartAsync(
        string folder, string stopSignal, string pidFile, IEnumerable<string> command, string ready)
    {
        var server = new ChildServer(ToolProcess.Start(new ProcessStartInfo("sh", ["-c", LifeLine, "sh", folder, stopSignal, pidFile, .. command])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }));
        try
        {
            return (server, await server.WaitForAsync(ready));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the server said last.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task<string> WaitForAsync(string ready)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            await foreach (var line in _unread.Reader.ReadAllAsync(limit.Token))
            {
                var index = line.IndexOf(ready, StringComparison.Ordinal);
                if (index >= 0)
                    return line[(index + ready.Length)..];
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TestServerException($"{_process.StartInfo.ArgumentList[6]} was not ready after {StartLimit.TotalSeconds} s; it said:\n{Output}", e);
        }

        throw new TestServerException($"{_process.StartInfo.ArgumentList[6]} ended before it was ready; it said:\n{Output}");
    }

    private async Task ReadAllAsync()
    {
        await Task.WhenAll(ReadLinesAsync(_process.StandardOutput), ReadLinesAsync(_process.StandardError));
        _unread.Writer.Complete();
    }

    private async Task ReadLinesAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                if (_lines.Count == LinesKept)
                    _lines.Dequeue();
                _lines.Enqueue(line);
            }

            _unread.Writer.TryWrite(line);
        }
    }
}
