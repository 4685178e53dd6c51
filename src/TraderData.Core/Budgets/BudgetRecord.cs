namespace TraderData.Core;

/// <summary>
/// What all processes together know of one source's limit: what was taken in its present minute, what others at the same address spend, and what the
/// source ordered. All times are the source's own clock.
/// </summary>
public sealed record BudgetRecord
{
    /// <summary>Nothing is known, nothing was taken.</summary>
    public static readonly BudgetRecord Empty = new();

    /// <summary>The minute that <see cref="Taken"/> counts: Unix time in whole minutes.</summary>
    public long Minute { get; init; }

    /// <summary>Weight that processes took for this minute, sent or not.</summary>
    public int Taken { get; init; }

    /// <summary>The part of <see cref="Taken"/> that backfills took.</summary>
    public int TakenByBackfill { get; init; }

    /// <summary>Weight that the source counted in this minute beyond <see cref="Taken"/>: other programs at our address.</summary>
    public int Others { get; init; }

    /// <summary><see cref="Others"/> of the minute before: what is expected of them in this one.</summary>
    public int OthersBefore { get; init; }

    /// <summary>The weight that the source says it allows in a minute; null when it has not said.</summary>
    public int? Limit { get; init; }

    /// <summary>When it last said so, Unix milliseconds; null when it has not.</summary>
    public long? LimitHeardMs { get; init; }

    /// <summary>Until when the source asked to be left alone, Unix milliseconds; null when it did not.</summary>
    public long? PausedUntilMs { get; init; }

    /// <summary>When the ban of this address ends, Unix milliseconds; null when there was none.</summary>
    public long? BannedUntilMs { get; init; }

    /// <summary>Why the source is not asked at all; null when it is.</summary>
    public SourceStop? Stop { get; init; }
}

/// <summary>A source that will not serve us until something is changed: a blocked region (451), a firewall (403).</summary>
/// <param name="Host">The host that refused, with its port; another host is asked.</param>
/// <param name="Kind">Which refusal: the name of the source error.</param>
/// <param name="Reason">What the source answered and what to do, one line.</param>
/// <param name="SinceMs">When it refused, Unix milliseconds.</param>
/// <param name="UntilMs">When it is asked once more, Unix milliseconds.</param>
public sealed record SourceStop(string Host, string Kind, string Reason, long SinceMs, long UntilMs);
