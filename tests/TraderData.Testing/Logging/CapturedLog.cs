using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TraderData.Testing;

/// <summary>Keeps what is logged.</summary>
public sealed class CapturedLog : ILoggerProvider, ILogger
{
    /// <summary>What was logged, oldest first.</summary>
    public ConcurrentQueue<(LogLevel Level, int Id, string Text)> Entries { get; } = new();

    /// <summary>From which level on.</summary>
    public LogLevel Least { get; init; } = LogLevel.Warning;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
