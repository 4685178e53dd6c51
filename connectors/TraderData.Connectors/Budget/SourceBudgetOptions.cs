namespace TraderData.Connectors;

/// <summary>How much may be asked of a source.</summary>
public sealed class SourceBudgetOptions
{
    /// <summary>Weight that the source allows in a minute, until it says otherwise itself. Alpaca counts requests: a weight of 1 each.</summary>
    public required int LimitPerMinute { get; init; }

    /// <summary>
    /// How long to stay away after a 429 that does not say. Six tries of it are longer than a minute, the window that both sources count in.
    /// </summary>
    public TimeSpan PauseWithoutWord { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to stay away after a ban that does not say: the shortest that Binance documents.</summary>
    public TimeSpan BanWithoutWord { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest pause that is waited out in place; a longer one is the caller's to plan with, as a <see cref="SourceException"/>.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a source is not asked that refused for good (451, 403). Then one request finds out whether it still does; an operator can let it out earlier.
    /// </summary>
    public TimeSpan StopFor { get; init; } = TimeSpan.FromHours(1);
}
