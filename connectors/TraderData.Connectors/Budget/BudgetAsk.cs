namespace TraderData.Connectors;

/// <summary>What a process asks of the shared record.</summary>
internal sealed record BudgetAsk
{
    /// <summary>The source's clock, never ahead of it, Unix milliseconds.</summary>
    public required long NowMs { get; init; }

    /// <summary>False when the source's clock was not heard yet and ours stands in for it: then the record knows the minute better.</summary>
    public required bool IsClockKnown { get; init; }

    /// <summary>What the source allows in a minute as long as it has not said.</summary>
    public required int DefaultLimit { get; init; }

    public required RequestPriority Priority { get; init; }

    /// <summary>What is of use: less is not taken. 0 takes what is there.</summary>
    public required int Least { get; init; }

    /// <summary>The most that is taken, <see cref="Least"/> or more.</summary>
    public required int Most { get; init; }

    /// <summary>Weight taken for an earlier minute that the source may count in this one.</summary>
    public int Carry { get; init; }

    /// <summary>The most that the source itself counted in <see cref="UsedMinute"/>, as far as this process heard.</summary>
    public int Used { get; init; }

    /// <summary>The minute of <see cref="Used"/>.</summary>
    public long UsedMinute { get; init; }

    public BudgetNews News { get; init; } = BudgetNews.None;
}
