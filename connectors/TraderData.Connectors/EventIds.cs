namespace TraderData.Connectors;

/// <summary>The ids of what connectors log: 3000 to 3999.</summary>
internal static class EventIds
{
    public const int RetryFollows = 3000;
    public const int PageRefused = 3001;
    public const int SourcePaused = 3010;
    public const int SourceBanned = 3011;
    public const int LimitLearned = 3012;
    public const int BudgetNotShared = 3013;
    public const int BudgetWait = 3014;
    public const int SourceStopped = 3015;
    public const int BudgetAlone = 3016;
    public const int BudgetSharedAgain = 3017;
    public const int LimitNotLearned = 3018;
}
