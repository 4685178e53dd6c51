using System.Globalization;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>
/// Minutes that never were, like those of a liquid pair: prices with 2 decimals on their way from 4,000 in 2016 to 100,000 in 2026, volumes with 5. A minute's
/// return is normal with a deviation of 5 basis points times an activity that comes in waves of minutes and of days (log-normal, 0.5 and 0.6); the volume
/// is a median of 12 times activity^1.3 times a log-normal of 0.5. No minute is missing. Only additions, multiplications and divisions of IEEE 754 are used,
/// so that the same number gives the same bars on every machine.
/// </summary>
internal sealed class GeneratedMinutes
{
    private const int FirstYear = 2016;
    private const int EndYear = 2026;
    private const double FirstPrice = 4_000;
    private const double LastPrice = 100_000;
    private const double Deviation = 0.0005;
    private const double Cent = 100;
    private const double MedianVolume = 12 * 100_000.0;

    // Takes the price back to the trend within some weeks: no walk leaves the range of a real one.
    private const double Pull = 1e-5;

    private const double MinutePersistence = 0.9;
    private const double MinuteShock = 0.22;
    private const double DayPersistence = 0.9995;
    private const double DayShock = 0.019;

    private ulong _state;
    private double _minuteWave;
    private double _dayWave;

    private GeneratedMinutes(int number) => _state = (ulong)number * 0x9E37_79B9_7F4A_7C15;

    /// <summary>The end of every series: 2026-01-01.</summary>
    public static readonly long EndMs = StartOf(EndYear);

    /// <summary>The name of a series, by its number from 1 on.</summary>
    public static Series Series(int number) => new("binance", string.Create(CultureInfo.InvariantCulture, $"GEN{number:D4}USDT"), Timeframe.M1);

    /// <summary>The range of the last years, 1 to 10; ten are 5,260,320 minutes.</summary>
    public static TimeRange Range(int years) => years is >= 1 and <= EndYear - FirstYear
        ? new TimeRange(StartOf(EndYear - years), EndMs)
        : throw new ArgumentOutOfRangeException(nameof(years), years, "1 to 10 years are generated");

    /// <summary>The bars of a series.</summary>
    public static BarBlock Read(int number, int years) => new GeneratedMinutes(number).Walk(Range(years));

    private static long StartOf(int year) => new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private BarBlock Walk(TimeRange range)
    {
        var count = (int)Timeframe.M1.CountIn(range);
        var bars = new BarColumns(new long[count], new long[count], new long[count], new long[count], new long[count], new long[count]) { PriceScale = 2, VolumeScale = 5 };
        var close = (long)(Trend(range.StartMs) * Cent);
        for (var i = 0; i < count; i++)
        {
            bars.Times[i] = range.StartMs + (i * Timeframe.M1.DurationMs);
            close = Step(bars, i, close);
        }

        return BarBlock.Own(bars);
    }

    private long Step(BarColumns bars, int i, long before)
    {
        _minuteWave = (_minuteWave * MinutePersistence) + (MinuteShock * Normal());
        _dayWave = (_dayWave * DayPersistence) + (DayShock * Normal());
        var activity = _minuteWave + _dayWave;
        var spread = before * Deviation * Exp(activity);

        // Most minutes open where the last one closed, others a cent beside it.
        var open = before + ((Next() % 8) switch { 0 => -1, 1 => 1, _ => 0 });
        var drift = ((Trend(bars.Times[i]) * Cent) - before) * Pull;
        var close = Math.Max(1, open + (long)Math.Round((spread * Normal()) + drift));
        bars.Opens[i] = open;
        bars.Closes[i] = close;
        bars.Highs[i] = Math.Max(open, close) + Reach(spread);
        bars.Lows[i] = Math.Max(1, Math.Min(open, close) - Reach(spread));
        bars.Volumes[i] = (long)Math.Round(MedianVolume * Exp((1.3 * activity) + (0.5 * Normal())));
        return close;
    }

    private static double Trend(long timeMs) =>
        FirstPrice + ((LastPrice - FirstPrice) * (timeMs - StartOf(FirstYear)) / (EndMs - StartOf(FirstYear)));

    // How far the extremes of a minute lie beyond its ends: often not at all.
    private long Reach(double spread) => (long)(spread * Math.Max(0, 0.35 + (0.4 * Normal())));

    // e^x as (1 + x/1024)^1024: exactly the same on every machine, which a library's function is not.
    private static double Exp(double x)
    {
        var power = 1 + (x / 1_024);
        for (var i = 0; i < 10; i++)
            power *= power;
        return power;
    }

    // Four uniform numbers together, mean 0 and deviation 1.
    private double Normal()
    {
        var bits = Next();
        return ((long)((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48)) - 131_070) / 37_837.2;
    }

    // SplitMix64 (Steele, Lea and Flood, 2014).
    private ulong Next()
    {
        var value = _state += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
