namespace TraderData.Jobs;

/// <summary>How long is waited for what.</summary>
internal static class RunTimes
{
    /// <summary>
    /// How long a run may be claimed without an id at its provider before nobody believes in one any more: an answer takes at most half a minute, and whoever waits for it writes it down at once.
    /// </summary>
    public static readonly TimeSpan ClaimPatience = TimeSpan.FromMinutes(2);

    /// <summary>How long a run may wait at its provider: links open for fifteen minutes, and who is started in the tenth has five to begin his downloads.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>How long a job that was to be dropped may go on as if it did not know.</summary>
    public static readonly TimeSpan WithdrawalPatience = TimeSpan.FromMinutes(2);
}
