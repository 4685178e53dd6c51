using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Counts inside a program that is measured, which knows nothing of it: <c>DOTNET_STARTUP_HOOKS=…/TraderData.Benchmarks.dll</c> and, in
/// <c>TRADER_DATA_COUNTERS</c>, a file. On SIGUSR1 the file gets the bytes that were allocated since the program began.
/// </summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime looks for this name outside of any namespace.")]
[SuppressMessage("Design", "MA0047", Justification = "As above.")]
internal static class StartupHook
{
    private const PosixSignal UserSignal = (PosixSignal)10;

    private static PosixSignalRegistration? _registration;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("TRADER_DATA_COUNTERS") is not { Length: > 0 } file)
            return;
        _registration = PosixSignalRegistration.Create(UserSignal, signal =>
        {
            signal.Cancel = true;
            File.WriteAllText(file + ".new", GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
            File.Move(file + ".new", file, overwrite: true);
        });
    }
}
