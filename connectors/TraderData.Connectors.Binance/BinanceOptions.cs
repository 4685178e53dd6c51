namespace TraderData.Connectors.Binance;

/// <summary>Where Binance is, and how it is asked.</summary>
public sealed class BinanceOptions
{
    /// <summary>Binance's spot API.</summary>
    public static readonly Uri DefaultBaseUrl = new("https://api.binance.com");

    /// <summary>
    /// The host that is asked: <see cref="DefaultBaseUrl"/>, its twin for market data only (<c>data-api.binance.vision</c>), a proxy or a simulator.
    /// </summary>
    public Uri BaseUrl { get; init; } = DefaultBaseUrl;

    /// <summary>How long after its close a bar may still be changed, and is not taken: Binance does not change what it closed.</summary>
    public TimeSpan Settlement { get; init; }

    /// <summary>Limits and retries of requests.</summary>
    public SourceHttpOptions Http { get; init; } = new();

    /// <summary>
    /// What may be asked in a minute until exchangeInfo tells, which is asked once a day and after a 429: 6,000, the limit since 2023.
    /// </summary>
    public SourceBudgetOptions Budget { get; init; } = new() { LimitPerMinute = 6_000 };
}
