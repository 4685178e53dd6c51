using System.Text.Json.Serialization;

namespace TraderData.Connectors.Alpaca;

/// <summary>Where Alpaca's market data is, which of it is wanted, and how it is asked.</summary>
public sealed class AlpacaOptions
{
    /// <summary>The default of <see cref="Settlement"/>.</summary>
    public static readonly TimeSpan DefaultSettlement = TimeSpan.FromSeconds(30);

    /// <summary>Alpaca's market data API. Its trading API is another host, see <see cref="AlpacaAssets"/>.</summary>
    public static readonly Uri DefaultDataUrl = new("https://data.alpaca.markets");

    /// <summary>The host that is asked: <see cref="DefaultDataUrl"/>, a proxy or a simulator.</summary>
    public Uri DataUrl { get; init; } = DefaultDataUrl;

    /// <summary>The feed of stock bars: <c>iex</c>, which every plan has up to the minute, or <c>sip</c>, which free plans have 15 minutes late.</summary>
    public string Feed { get; init; } = "iex";

    /// <summary>
    /// How stock prices are adjusted: <c>raw</c> (splits are jumps), <c>split</c>, <c>dividend</c> or <c>all</c>. What is stored should not change later: raw.
    /// </summary>
    public string Adjustment { get; init; } = "raw";

    /// <summary>Key and secret; null asks without, which only crypto and simulators answer.</summary>
    [JsonIgnore]
    public AlpacaCredentials? Credentials { get; init; }

    /// <summary>What <see cref="AlpacaSource.ListInstrumentsAsync"/> lists without <see cref="AlpacaSource.Assets"/>: the market data API has no list of its own.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>Limits and retries of requests.</summary>
    public SourceHttpOptions Http { get; init; } = new();

    /// <summary>What may be asked in a minute until Alpaca tells: 200 requests, the free plan's limit.</summary>
    public SourceBudgetOptions Budget { get; init; } = new() { LimitPerMinute = 200 };

    /// <summary>
    /// How long after its end a bar may still be changed: Alpaca publishes a minute about a second after it ends, and builds it again from late trades half a minute
    /// after. Until then it is provisional, and not taken. 0 to half an hour.
    /// </summary>
    public TimeSpan Settlement { get; init; } = DefaultSettlement;

    /// <summary>Tells what is wrong with these settings.</summary>
    /// <returns>A message for each fault, with the value; empty when there is none.</returns>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (Settlement < TimeSpan.Zero || Settlement > TimeSpan.FromMinutes(30))
            faults.Add($"Alpaca settlement must be 0 to half an hour, was {Settlement}");
        if (Feed is not ("iex" or "sip" or "otc" or "boats" or "delayed_sip"))
            faults.Add($"Alpaca feed must be iex, sip, delayed_sip, otc or boats, was '{Feed}'");
        if (Adjustment is not ("raw" or "split" or "dividend" or "all"))
            faults.Add($"Alpaca adjustment must be raw, split, dividend or all, was '{Adjustment}'");
        faults.AddRange(Symbols.Select(Core.Series.CheckSymbol).OfType<string>());
        return faults;
    }
}
