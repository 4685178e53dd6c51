using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>The arithmetic of a shared minute, whoever asks for what and whenever.</summary>
public sealed class MinuteBudgetTests
{
    private const long FirstMs = 1_704_067_200_000;

    [Fact]
    public void Limit_is_never_passed_and_pieces_are_of_use() => Prop.ForAll(
        AskOf.ListOf().Zip(Gen.Choose(1, 6_000)).ToArbitrary(), run => Holds([.. run.Item1], run.Item2)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(6_000, 5_820, 150, 97)]
    [InlineData(1_200, 1_164, 30, 19)]
    [InlineData(200, 194, 5, 3)]
    [InlineData(20, 19, 1, 1)]
    [InlineData(1, 1, 0, 1)]
    public void Parts_of_a_limit_are_whole_numbers_within_it(int limit, int cap, int alone, int piece) =>
        Assert.Equal((cap, alone, piece), (MinuteBudget.CapOf(limit), MinuteBudget.AloneOf(limit), MinuteBudget.PieceOf(limit)));

    [Theory]
    [InlineData(0, 0, 291)]
    [InlineData(27, 0, 2_910)]
    [InlineData(27, 3_000, 291)]
    [InlineData(57, 0, 5_820)]
    [InlineData(57, 5_819, 1)]
    public void Backfills_may_take_what_of_the_minute_has_passed(int second, int taken, int free) =>
        Assert.Equal(free, FreeOf(RequestPriority.Backfill, second, new BudgetRecord { Taken = taken }));

    [Theory]
    [InlineData(0, 0, 0, 5_529)]
    [InlineData(0, 1_000, 291, 4_820)]
    [InlineData(0, 1_000, 100, 4_629)]
    [InlineData(57, 1_000, 100, 4_820)]
    public void Live_requests_may_take_all_but_the_part_of_backfills(int second, int taken, int byBackfill, int free) =>
        Assert.Equal(free, FreeOf(RequestPriority.Live, second, new BudgetRecord { Taken = taken, TakenByBackfill = byBackfill }));

    [Fact]
    public void What_others_spent_in_this_or_the_last_minute_is_left_to_them()
    {
        var record = new BudgetRecord { Minute = FirstMs / 60_000, Others = 300 };
        var (next, _) = MinuteBudget.Take(record, Ask(RequestPriority.Backfill, 117_000, 0, 0, 6_000));
        Assert.Equal((0, 300, 5_520), (next.Others, next.OthersBefore, FreeOf(RequestPriority.Backfill, 57, next)));
        var (later, _) = MinuteBudget.Take(next, Ask(RequestPriority.Backfill, 180_000, 0, 0, 6_000));
        Assert.Equal((0, 0), (later.Others, later.OthersBefore));
    }

    private static Gen<(int WaitMs, RequestPriority Priority, int Least, int Most, int Others)> AskOf =>
        from wait in Gen.Frequency((5, Gen.Choose(0, 300)), (2, Gen.Choose(0, 20_000)), (1, Gen.Choose(0, 150_000)))
        from priority in Gen.Elements(RequestPriority.Backfill, RequestPriority.Live)
        from least in Gen.Choose(1, 40)
        from more in Gen.Choose(0, 200)
        from others in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 500)))
        select (wait, priority, least, least + more, others);

    // A source that counts what was granted, and what others spend.
    private static bool Holds((int WaitMs, RequestPriority Priority, int Least, int Most, int Others)[] asks, int limit)
    {
        var (record, now, minute, ours, others, cap) = (BudgetRecord.Empty, FirstMs, 0L, 0, 0, MinuteBudget.CapOf(limit));
        foreach (var (waitMs, priority, least, most, spent) in asks)
        {
            now += waitMs;
            if (now / 60_000 != minute)
                (minute, ours, others) = (now / 60_000, 0, 0);
            others += spent;
            var ask = Ask(priority, now - FirstMs, least, most, limit) with { Used = ours + others, UsedMinute = minute };
            (record, var granted) = MinuteBudget.Take(record, ask);
            ours += granted;
            if (record.Minute != minute || record.Taken != ours || record.Others != others || record.Taken < record.TakenByBackfill)
                return false;
            if (granted == 0 ? MinuteBudget.WaitOf(record, ask) is not { TotalMilliseconds: > 0 and <= 60_000 } : granted < least || granted > most)
                return false;
            if (granted > 0 && (ours + others > cap || ours > Math.Max(cap / 20, cap - record.OthersBefore)))
                return false;

            // Behind the wait it is told, somebody who is alone gets what fits into a minute.
            if (granted == 0 && least <= cap && others == 0 && record.OthersBefore == 0 && !IsServed(record, ask))
                return false;
        }

        return true;
    }

    private static bool IsServed(BudgetRecord record, BudgetAsk ask)
    {
        for (var i = 0; i < 300; i++)
        {
            ask = ask with { NowMs = ask.NowMs + (long)MinuteBudget.WaitOf(record, ask).TotalMilliseconds };
            (record, var granted) = MinuteBudget.Take(record, ask);
            if (granted > 0)
                return true;
        }

        return false;
    }

    private static int FreeOf(RequestPriority priority, int second, BudgetRecord record)
    {
        var at = record.Minute == 0 ? record with { Minute = FirstMs / 60_000 } : record;
        var ms = ((at.Minute * 60_000) - FirstMs) + (second * 1_000);
        return Enumerable.Range(1, 6_000).LastOrDefault(n => MinuteBudget.Take(at, Ask(priority, ms, n, n, 6_000)).Granted == n);
    }

    private static BudgetAsk Ask(RequestPriority priority, long atMs, int least, int most, int limit) => new()
    {
        NowMs = FirstMs + atMs,
        IsClockKnown = true,
        DefaultLimit = limit,
        Priority = priority,
        Least = least,
        Most = most,
    };
}
