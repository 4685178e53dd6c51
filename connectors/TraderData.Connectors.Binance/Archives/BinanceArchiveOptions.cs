namespace TraderData.Connectors.Binance;

/// <summary>Where Binance's archives are, and how they are asked.</summary>
public sealed class BinanceArchiveOptions
{
    /// <summary>Binance's archives.</summary>
    public static readonly Uri DefaultBaseUrl = new("https://data.binance.vision");

    /// <summary>The host that is asked: <see cref="DefaultBaseUrl"/>, a mirror or a simulator.</summary>
    public Uri BaseUrl { get; init; } = DefaultBaseUrl;

    /// <summary>
    /// Limits and retries of requests. The largest file, a month of 1m bars, has 3 MB: two minutes carry it over 200 kbit/s, and four times its size is no
    /// archive. A file is held in memory, so that nothing is left on a disk by a process that is killed.
    /// </summary>
    public SourceHttpOptions Http { get; init; } = new() { AttemptTimeout = TimeSpan.FromMinutes(2), MaxResponseBytes = 12 * 1024 * 1024 };

    /// <summary>
    /// What may be asked in a minute. Archives do not count as weight of the API; this is more than one process can fetch, and only keeps pauses and bans
    /// of the archive's host apart from those of the API.
    /// </summary>
    public SourceBudgetOptions Budget { get; init; } = new() { LimitPerMinute = 60_000 };
}
