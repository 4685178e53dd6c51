using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// The arithmetic of a shared budget. Sources count weight in fixed minutes of their clock; processes take it for the present minute from one record,
/// and what they do not use ends with the minute.
/// </summary>
internal static class MinuteBudget
{
    public const long MinuteMs = 60_000;

    // The rest is for requests that are counted in another minute than foreseen, and for a process that cannot reach the record.
    private const int SpentPercent = 97;

    // Alone and the rest together are 99.5 % of the limit.
    private const int AloneDivisor = 40;

    // A second's worth: what a process that dies, or runs out of work, takes away from the others.
    private const int PiecesPerMinute = 60;

    // Backfills are done this long before the minute ends: what is sent later may be counted in the next one.
    private const long LeadMs = 3_000;

    // Behind it whoever asks gets what is left.
    private const long LateMs = MinuteMs - LeadMs;

    // However much live ingest there is, backfills get this part of a minute.
    private const int BackfillDivisor = 20;

    // What is asked of a minute although others spent all of the one before.
    private const int ProbeDivisor = 20;

    // A minute opens for backfills in steps, so that the record is asked twice a second and not for each request.
    private const long StepMs = 500;

    // Near the end of a minute the pieces get small, so that nobody is left with weight that others could use.
    private const int LeftDivisor = 4;

    /// <summary>What all of us spend of a source's limit in a minute.</summary>
    public static int CapOf(int limit) => Math.Max(1, (int)((long)limit * SpentPercent / 100));

    /// <summary>What one process may spend in a minute that cannot reach the record.</summary>
    public static int AloneOf(int limit) => Math.Min(Math.Max(1, limit / AloneDivisor), limit - CapOf(limit));

    /// <summary>The most that is taken from the record at once.</summary>
    public static int PieceOf(int limit) => Math.Max(1, CapOf(limit) / PiecesPerMinute);

    /// <summary>Tells the record what a process has heard, and takes what it may have.</summary>
    /// <returns>The record behind it, and what was granted: 0, or <see cref="BudgetAsk.Least"/> to <see cref="BudgetAsk.Most"/>.</returns>
    public static (BudgetRecord Record, int Granted) Take(BudgetRecord record, BudgetAsk ask)
    {
        var there = Compare(ask.News.AddTo(record), ask);
        var minute = MinuteOf(there, ask);
        there = Compare(MoveTo(there, minute, CapOf(there.Limit ?? ask.DefaultLimit)), ask);
        if (there.Minute != minute)
            return (there, 0);
        there = there with { Taken = there.Taken + ask.Carry };
        var granted = Grant(there, ask);
        var byBackfill = ask.Priority == RequestPriority.Backfill ? granted : 0;
        return (there with { Taken = there.Taken + granted, TakenByBackfill = there.TakenByBackfill + byBackfill }, granted);
    }

    /// <summary>How long to wait until it is worth asking again, when nothing was granted.</summary>
    /// <param name="record">The record behind the ask.</param>
    /// <param name="ask">What was asked.</param>
    public static TimeSpan WaitOf(BudgetRecord record, BudgetAsk ask)
    {
        var minute = MinuteOf(record, ask);
        if (record.Minute > minute)
            return TimeSpan.FromMilliseconds((record.Minute * MinuteMs) - ask.NowMs);
        var inMinuteMs = InMinuteMs(record, ask);
        var freeMs = FreeAtMs(record, ask);
        return TimeSpan.FromMilliseconds(freeMs > inMinuteMs ? freeMs - inMinuteMs : StepMs - (inMinuteMs % StepMs));
    }

    // When, within the minute, there is enough if nobody else takes of it.
    private static long FreeAtMs(BudgetRecord record, BudgetAsk ask)
    {
        var cap = CapOf(record, ask);
        if (cap == 0 || record.Taken + ask.Least > cap)
            return MinuteMs;
        if (ask.Priority == RequestPriority.Live)
            return LateMs;
        var openMs = (((record.Taken + ask.Least) * MinuteMs) + cap - 1) / cap - LeadMs;
        return (openMs + StepMs - 1) / StepMs * StepMs;
    }

    private static long InMinuteMs(BudgetRecord record, BudgetAsk ask) => Math.Max(0, ask.NowMs - (record.Minute * MinuteMs));

    private static long MinuteOf(BudgetRecord record, BudgetAsk ask) =>
        ask.IsClockKnown ? ask.NowMs / MinuteMs : Math.Max(ask.NowMs / MinuteMs, record.Minute);

    // Weight that was taken and is not sent yet hides as much of what others spend; towards the end of a minute there is little of it.
    private static BudgetRecord Compare(BudgetRecord record, BudgetAsk ask) =>
        ask.UsedMinute == record.Minute ? record with { Others = Math.Max(record.Others, ask.Used - record.Taken) } : record;

    private static BudgetRecord MoveTo(BudgetRecord record, long minute, int cap)
    {
        // Clocks that both heard the source's differ by a second or two: the one that is behind waits for its minute.
        if (record.Minute == minute || record.Minute == minute + 1)
            return record;
        var others = record.Minute == minute - 1 ? record.Others : 0;

        // A record from the future is one that a wrong clock made. What was taken in the present minute is not known: nothing more is.
        var taken = record.Minute > minute ? cap : 0;
        return record with { Minute = minute, Taken = taken, TakenByBackfill = 0, Others = 0, OthersBefore = others };
    }

    private static int Grant(BudgetRecord record, BudgetAsk ask)
    {
        var free = Free(record, ask);
        if (free < ask.Least)
            return 0;

        var piece = Math.Min(free, (CapOf(record, ask) - record.Taken) / LeftDivisor);
        return Math.Min(ask.Most, Math.Max(ask.Least, piece));
    }

    private static int Free(BudgetRecord record, BudgetAsk ask)
    {
        var cap = CapOf(record, ask);
        var left = Math.Max(0, cap - record.Taken);
        var inMinuteMs = InMinuteMs(record, ask);
        if (inMinuteMs >= LateMs)
            return left;
        var kept = Math.Max(0, (cap / BackfillDivisor) - record.TakenByBackfill);
        var opened = (int)(cap * ((inMinuteMs / StepMs * StepMs) + LeadMs) / MinuteMs);
        return ask.Priority == RequestPriority.Live ? Math.Max(0, left - kept) : Math.Min(left, Math.Max(kept, opened - record.Taken));
    }

    // Others who spent everything may be gone by now: a few requests find out.
    private static int CapOf(BudgetRecord record, BudgetAsk ask)
    {
        var cap = CapOf(record.Limit ?? ask.DefaultLimit);
        return Math.Max(0, Math.Min(cap - record.Others, Math.Max(cap - record.OthersBefore, cap / ProbeDivisor)));
    }
}
