using TraderData.Core;

namespace TraderData.Rounds.Tests;

/// <summary>Each feature as its formula says, a bar at a time, of the bars of one run: the model that the columns are held against, to the bit.</summary>
internal static class ScalarModel
{
    public static double Of(string feature, IReadOnlyList<Bar> run, int t) => feature switch
    {
        "log_return" => t < 1 ? double.NaN : Return(run, t),
        "realised_volatility_20" => t < 20 ? double.NaN : Math.Sqrt(Sum(20, i => Return(run, t - 19 + i) * Return(run, t - 19 + i))),
        "atr_14" => Wilder(Enumerable.Range(1, t).Select(i => TrueRange(run, i)), 14),
        "rsi_14" => Rsi(run, t),
        "ema_20" => Average(Closes(run, t), 20),
        "macd_12_26" => t < 25 ? double.NaN : Macd(run, t),
        "macd_signal_9" => t < 33 ? double.NaN : Average([.. Enumerable.Range(25, t - 24).Select(i => Macd(run, i))], 9),
        "macd_histogram" => Of("macd_12_26", run, t) - Of("macd_signal_9", run, t),
        "volume_zscore_20" => t < 19 ? double.NaN : Score(run, t),
        "vwap_distance_20" => t < 19 ? double.NaN : Distance(run, t),
        "hour" => DateTimeOffset.FromUnixTimeMilliseconds(run[t].TimeMs).Hour,
        "weekday" => (((int)DateTimeOffset.FromUnixTimeMilliseconds(run[t].TimeMs).DayOfWeek + 6) % 7) + 1,
        _ => throw new ArgumentException(feature),
    };

    private static double Number(ScaledDecimal? value) => value is { } known ? (double)known.ToDecimal() : double.NaN;

    private static double Return(IReadOnlyList<Bar> run, int t) => FixedLog.Of(Number(run[t].Close) / Number(run[t - 1].Close));

    private static double Sum(int count, Func<int, double> value)
    {
        var sum = value(0);
        for (var i = 1; i < count; i++)
            sum += value(i);
        return sum;
    }

    private static double TrueRange(IReadOnlyList<Bar> run, int t) => new[]
    {
        Number(run[t].High) - Number(run[t].Low), Math.Abs(Number(run[t].High) - Number(run[t - 1].Close)), Math.Abs(Number(run[t].Low) - Number(run[t - 1].Close)),
    }.Max();

    private static double Wilder(IEnumerable<double> values, int n)
    {
        var all = values.ToArray();
        if (all.Length < n)
            return double.NaN;
        var average = Sum(n, i => all[i]) / n;
        foreach (var value in all.Skip(n))
            average = ((average * (n - 1)) + value) / n;
        return average;
    }

    private static double Rsi(IReadOnlyList<Bar> run, int t)
    {
        var changes = Enumerable.Range(1, t).Select(i => Number(run[i].Close) - Number(run[i - 1].Close)).ToArray();
        var (gain, loss) = (Wilder(changes.Select(c => Math.Max(c, 0)), 14), Wilder(changes.Select(c => Math.Max(-c, 0)), 14));
        return gain + loss == 0 ? double.NaN : 100 * gain / (gain + loss);
    }

    private static double[] Closes(IReadOnlyList<Bar> run, int t) => [.. run.Take(t + 1).Select(b => Number(b.Close))];

    private static double Average(double[] values, int n)
    {
        if (values.Length < n)
            return double.NaN;
        var average = Sum(n, i => values[i]) / n;
        foreach (var value in values.Skip(n))
            average += 2.0 / (n + 1) * (value - average);
        return average;
    }

    private static double Macd(IReadOnlyList<Bar> run, int t) => Average(Closes(run, t), 12) - Average(Closes(run, t), 26);

    private static double Score(IReadOnlyList<Bar> run, int t)
    {
        var volumes = Enumerable.Range(t - 19, 20).Select(i => Number(run[i].Volume)).ToArray();
        var mean = Sum(20, i => volumes[i]) / 20;
        var deviation = Math.Sqrt(Sum(20, i => (volumes[i] - mean) * (volumes[i] - mean)) / 20);
        return deviation <= mean * 1e-12 ? double.NaN : (volumes[19] - mean) / deviation;
    }

    private static double Distance(IReadOnlyList<Bar> run, int t)
    {
        var bars = run.Skip(t - 19).Take(20).ToArray();
        var money = Sum(20, i => (Number(bars[i].High) + Number(bars[i].Low) + Number(bars[i].Close)) / 3 * Number(bars[i].Volume));
        var traded = Sum(20, i => Number(bars[i].Volume));
        return traded == 0 ? double.NaN : (Number(bars[19].Close) / (money / traded)) - 1;
    }
}
