namespace TraderData.Connectors;

/// <summary>How requests are sent to a source.</summary>
public sealed class SourceHttpOptions
{
    /// <summary>The time that one try may take, from sending to the last byte. Waiting for the budget is not part of it.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes of an answer, unpacked: eight times Binance's full exchangeInfo, the largest answer there is.</summary>
    public int MaxResponseBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How often a request is tried again. With <see cref="FirstRetryDelay"/> doubling that is half a minute in all.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The wait before the first retry; it doubles from retry to retry, with jitter.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromSeconds(1);
}
