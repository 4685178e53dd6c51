namespace TraderData.Simulator;

/// <summary>Which minutes come late, change afterwards, or never come: a pure function of seed, symbol and time.</summary>
internal sealed class FlawedMinutes(ulong seed, MarketFlaws flaws)
{
    private const long DayMs = 86_400_000;
    private const long CorrectedAfterMs = 45 * MinuteSource.MinuteMs;
    private const int LeastLateMinutes = 2;
    private const int MostLateMinutes = 50;

    /// <summary>Behind this time a minute has its final values, whatever happens to it.</summary>
    public static long FinalBehindMs => DayMs + CorrectedAfterMs;

    /// <summary>What tells the minutes of an instrument from those of others.</summary>
    public ulong KeyOf(SimInstrument instrument) => Noise.Key(seed, $"{instrument.Venue}:{instrument.Symbol}:flaws");

    /// <summary>True when there are any.</summary>
    public bool Exist => flaws != new MarketFlaws();

    /// <summary>Turns a minute as the market made it into what its exchange shows of it.</summary>
    /// <returns>False when it shows nothing.</returns>
    public bool TryShow(ulong key, ref SimBar minute, long nowMs)
    {
        if (!Exist)
            return true;
        var (kind, dice) = KindOf(key, minute.TimeMs);
        if (kind == Kind.Changed && nowMs < CorrectedMs(minute.TimeMs))
            Uncorrect(ref minute);
        return kind != Kind.Missing && (kind != Kind.Late || nowMs >= minute.EndMs + LatenessMs(dice));
    }

    /// <summary>When a minute was given its final values; null when it always had them.</summary>
    public long? CorrectedMsOf(ulong key, long timeMs) => KindOf(key, timeMs).Kind == Kind.Changed ? CorrectedMs(timeMs) : null;

    private (Kind Kind, ulong Dice) KindOf(ulong key, long timeMs)
    {
        var dice = Noise.At(key, timeMs / MinuteSource.MinuteMs);
        var chance = (int)(dice % 10_000);
        var kind = chance < flaws.Late ? Kind.Late
            : chance < flaws.Late + flaws.Changed ? Kind.Changed
            : chance < flaws.Late + flaws.Changed + flaws.Missing ? Kind.Missing
            : Kind.None;
        return (kind, dice);
    }

    private static long LatenessMs(ulong dice) =>
        (LeastLateMinutes + (long)((dice >> 32) % (MostLateMinutes - LeastLateMinutes + 1))) * MinuteSource.MinuteMs;

    private static long CorrectedMs(long timeMs) => ((timeMs / DayMs) + 1) * DayMs + CorrectedAfterMs;

    // A trade that is cancelled later: one more at the open.
    private static void Uncorrect(ref SimBar minute)
    {
        minute.Volume += 1;
        minute.Trades += 1;
        minute.Quote += minute.Open;
    }

    private enum Kind
    {
        None,
        Late,
        Changed,
        Missing,
    }
}
