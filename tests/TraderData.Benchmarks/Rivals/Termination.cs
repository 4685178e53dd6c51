using System.Runtime.InteropServices;

namespace TraderData.Benchmarks;

/// <summary>The end of a program that runs until a script stops it.</summary>
internal static class Termination
{
    /// <summary>Waits for SIGTERM or SIGINT.</summary>
    public static async Task WaitAsync()
    {
        var ended = new TaskCompletionSource();
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ended.TrySetResult();
        }

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        await ended.Task;
    }
}
