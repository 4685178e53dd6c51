using System.Diagnostics;
using TraderData.Core;

namespace TraderData.Testing;

/// <summary>A clock that runs as the real one does, from a time that a test chooses: some seconds before a close.</summary>
public sealed class RunningClock : TimeProvider
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly long _startMs;

    /// <summary>Starts it.</summary>
    /// <param name="start">ISO 8601.</param>
    public RunningClock(string start) => _startMs = TimeText.TryParse(start, out var ms) ? ms : throw new FormatException(start);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_startMs) + Stopwatch.GetElapsedTime(_began);
}
