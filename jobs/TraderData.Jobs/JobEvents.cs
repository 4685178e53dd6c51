namespace TraderData.Jobs;

/// <summary>The event ids of this project's log lines, 5000 to 5999.</summary>
internal static class JobEvents
{
    public const int SeriesDone = 5000;
    public const int SeriesFailed = 5001;
    public const int SeriesRestated = 5002;
    public const int BadPage = 5003;
    public const int NotQuarantined = 5004;
    public const int ChunkDone = 5005;
    public const int FileRefused = 5006;
    public const int FilePardoned = 5007;
    public const int ArchiveAway = 5008;
    public const int BackfillStarted = 5100;
    public const int BackfillDone = 5101;
    public const int NotSealed = 5102;
    public const int IngestDone = 5200;
    public const int IngestFailed = 5201;
    public const int WatchNotDated = 5202;
    public const int LeftOut = 5210;
    public const int MatchesNothing = 5211;
    public const int ListNotRead = 5212;
    public const int WatchListTaken = 5213;
    public const int WatchListRefused = 5214;
    public const int RereadDone = 5220;
    public const int NotReread = 5221;
    public const int Scheduled = 5300;
    public const int Unscheduled = 5301;
    public const int BackfillSubmitted = 5302;
    public const int RunNotKept = 5303;
    public const int RepairedSeries = 5350;
    public const int RepairDone = 5351;
    public const int CrossChecked = 5360;
    public const int Mismatch = 5361;
    public const int SealDone = 5400;
    public const int PruneDone = 5401;
    public const int RoundPublished = 5410;
    public const int RoundDoneBefore = 5411;
    public const int SignalsRefused = 5450;
    public const int SignalsParked = 5451;
    public const int StreamFollowed = 5500;
    public const int StreamLost = 5501;
    public const int StreamStopped = 5502;
    public const int StreamFailed = 5503;
    public const int StreamMessageRefused = 5504;
    public const int StreamNotResolved = 5505;
    public const int StreamedBarNotStored = 5506;
    public const int StreamedBarLeft = 5507;
    public const int ProvisionalNotKept = 5508;
}
