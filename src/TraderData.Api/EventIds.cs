namespace TraderData.Api;

/// <summary>Numbers of the log events of this project: 6000 to 6999.</summary>
internal static class EventIds
{
    public const int RequestFailed = 6000;
    public const int AnswerBrokenOff = 6001;
    public const int StoreUnavailable = 6002;
    public const int NotReady = 6003;
}
