namespace TraderData.Connectors;

/// <summary>What time it is at a source, as far as a budget may go by it: its clock when it was heard, otherwise ours.</summary>
/// <param name="clock">The source's clock.</param>
/// <param name="time">Ours.</param>
internal sealed class BudgetTime(SourceClock clock, TimeProvider time)
{
    // How far a machine's clock may be off the source's.
    private static readonly TimeSpan ClockDoubt = TimeSpan.FromMinutes(5);

    /// <summary>A time that the source's clock has certainly reached, Unix milliseconds; null until it was heard.</summary>
    public long? EarliestMs => clock.TellBounds()?.EarliestMs;

    /// <summary>For what the source ordered, Unix milliseconds: it says how long, and a few milliseconds do not matter.</summary>
    public long OrderNowMs => clock.TellLast() ?? OurNowMs;

    /// <summary>For its minutes, Unix milliseconds: certainly not ahead of it.</summary>
    public long NowMs => EarliestMs ?? OurNowMs;

    /// <summary>For the end of a ban, Unix milliseconds: our clock may be ahead of one that was not heard yet.</summary>
    public long SurelyMs => clock.TellLast() ?? OurNowMs - (long)ClockDoubt.TotalMilliseconds;

    /// <summary>For when a ban began, Unix milliseconds: a time that the source's clock has certainly not passed.</summary>
    public long AtMostMs => clock.TellBounds()?.LatestMs ?? OurNowMs + (long)ClockDoubt.TotalMilliseconds;

    /// <summary>The minute that it may have reached, in whole minutes of Unix time.</summary>
    public long LatestMinute => (clock.TellBounds()?.LatestMs ?? OurNowMs) / MinuteBudget.MinuteMs;

    private long OurNowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
