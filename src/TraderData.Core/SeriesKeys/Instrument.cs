namespace TraderData.Core;

/// <summary>What is traded, as far as it tells when bars are to be expected.</summary>
public enum AssetClass
{
    /// <summary>Not known: imported series.</summary>
    Unknown,

    /// <summary>Traded all the time: every bar of the grid is expected.</summary>
    Crypto,

    /// <summary>Traded in the sessions of the New York Stock Exchange, and no trade makes no bar.</summary>
    Stock,
}

/// <summary>A symbol as its source lists it.</summary>
/// <param name="Source">The source, lower case.</param>
/// <param name="Symbol">The source's symbol, upper case.</param>
/// <param name="AssetClass">What it is.</param>
/// <param name="IsTrading">False for one that is delisted or halted; its history stays.</param>
/// <param name="TickSize">The least step of a price; null when the source does not say.</param>
/// <param name="LotSize">The least step of an amount; null when the source does not say.</param>
public sealed record Instrument(string Source, string Symbol, AssetClass AssetClass, bool IsTrading, ScaledDecimal? TickSize, ScaledDecimal? LotSize)
{
    /// <summary>The symbol that it became; null when it has its own still, or that is not known.</summary>
    public string? RenamedTo { get; init; }

    /// <summary>The day on which it did, midnight UTC as Unix milliseconds; null as <see cref="RenamedTo"/>.</summary>
    public long? RenamedMs { get; init; }
}

/// <summary>Where the bars of a series come from, beyond its source's name.</summary>
/// <param name="AssetClass">What is traded.</param>
/// <param name="Feed">Which feed of the source: <c>iex</c>, <c>sip</c>; null when it has only one.</param>
/// <param name="Adjustment">How prices were adjusted for splits and dividends: <c>raw</c>; null when that has no meaning.</param>
public sealed record Provenance(AssetClass AssetClass, string? Feed = null, string? Adjustment = null)
{
    /// <summary>Nothing is known.</summary>
    public static readonly Provenance Unknown = new(AssetClass.Unknown);

    /// <summary>True when bars of both can be one series: one feed and one adjustment, as far as both are known.</summary>
    public bool Fits(Provenance other) => IsSame(Feed, other.Feed) && IsSame(Adjustment, other.Adjustment);

    /// <summary><c>feed iex, adjustment raw</c>; empty when neither is known.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { Feed is null ? "" : $"feed {Feed}", Adjustment is null ? "" : $"adjustment {Adjustment}" }.Where(text => text.Length > 0));

    private static bool IsSame(string? one, string? other) => one is null || other is null || one == other;
}
