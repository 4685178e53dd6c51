namespace TraderData.Connectors;

/// <summary>How a connection that stays open is held.</summary>
public sealed class StreamOptions
{
    /// <summary>How long it may take to connect, and to be answered after a subscription.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For how long nothing may come while bars are to be expected. What is watched closes a bar each minute, and forming ones come every second or two.
    /// </summary>
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How often the other side is asked for a sign of life, and how long it may take to give it.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The most bytes of a message: some thousand bars at once.</summary>
    public int MaxMessageBytes { get; init; } = 1_048_576;

    /// <summary>How many messages of one connection may be refused before it is given up: something else is wrong then.</summary>
    public int MaxRefused { get; init; } = 20;
}
