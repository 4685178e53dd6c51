using System.Text.Json.Serialization;

namespace TraderData.Connectors.Alpaca;

/// <summary>Where Alpaca's streams are, and which of them are wanted.</summary>
public sealed class AlpacaStreamOptions
{
    /// <summary>Alpaca's streams of market data.</summary>
    public static readonly Uri DefaultUrl = new("wss://stream.data.alpaca.markets");

    /// <summary>The host that is connected to: <see cref="DefaultUrl"/>, a proxy or a simulator.</summary>
    public Uri Url { get; init; } = DefaultUrl;

    /// <summary>The feed of stock bars: <c>iex</c> or <c>sip</c>.</summary>
    public string Feed { get; init; } = "iex";

    /// <summary>See <see cref="IBarStream.Settlement"/>: a second more than <see cref="AlpacaOptions.Settlement"/>, since an update comes just behind that.</summary>
    public TimeSpan Settlement { get; init; } = AlpacaOptions.DefaultSettlement + TimeSpan.FromSeconds(1);

    /// <summary>Key and secret; without them Alpaca streams nothing.</summary>
    [JsonIgnore]
    public AlpacaCredentials? Credentials { get; init; }

    /// <summary>Limits of a connection.</summary>
    public StreamOptions Connection { get; init; } = new();
}
