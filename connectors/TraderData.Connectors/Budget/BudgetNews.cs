using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>What a source said that the shared record does not have yet. Can be told again: the later time counts.</summary>
internal sealed record BudgetNews
{
    public static readonly BudgetNews None = new();

    public int? Limit { get; init; }

    public long? LimitHeardMs { get; init; }

    public long? PausedUntilMs { get; init; }

    public long? BannedUntilMs { get; init; }

    public SourceStop? Stop { get; init; }

    /// <summary>A record with this in it.</summary>
    public BudgetRecord AddTo(BudgetRecord record) => record with
    {
        Limit = Limit ?? record.Limit,
        LimitHeardMs = LimitHeardMs ?? record.LimitHeardMs,
        PausedUntilMs = Later(PausedUntilMs, record.PausedUntilMs),
        BannedUntilMs = Later(BannedUntilMs, record.BannedUntilMs),
        Stop = Stop ?? record.Stop,
    };

    /// <summary>The later of two times; null stands for none.</summary>
    public static long? Later(long? first, long? second) => first is null || second > first ? second : first;
}
