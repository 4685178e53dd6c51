namespace TraderData.Connectors.Binance;

/// <summary>Where Binance's streams are.</summary>
public sealed class BinanceStreamOptions
{
    /// <summary>Binance's streams of market data, which need no key.</summary>
    public static readonly Uri DefaultUrl = new("wss://data-stream.binance.vision");

    /// <summary>The host that is connected to: <see cref="DefaultUrl"/>, <c>wss://stream.binance.com:9443</c>, a proxy or a simulator.</summary>
    public Uri Url { get; init; } = DefaultUrl;

    /// <summary>See <see cref="IBarStream.Settlement"/>. Binance does not change what it closed.</summary>
    public TimeSpan Settlement { get; init; }

    /// <summary>Limits of a connection.</summary>
    public StreamOptions Connection { get; init; } = new();
}
