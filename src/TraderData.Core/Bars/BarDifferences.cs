using System.Globalization;

namespace TraderData.Core;

/// <summary>A value of a bar that two tellers tell differently.</summary>
/// <param name="TimeMs">The bar's opening time, Unix milliseconds UTC.</param>
/// <param name="Field"><c>open</c>, <c>high</c>, <c>low</c>, <c>close</c>, <c>volume</c>, <c>vwap</c>, <c>trades</c>; <c>bar</c> when only one has the bar.</param>
/// <param name="First">The value of the one, as a decimal; for <c>bar</c> whether it is <c>there</c> or <c>absent</c>.</param>
/// <param name="Second">The value of the other.</param>
public readonly record struct BarDifference(long TimeMs, string Field, string First, string Second);

/// <summary>Compares bars that ought to be the same.</summary>
public static class BarDifferences
{
    private const string There = "there";
    private const string Absent = "absent";

    /// <summary>Every value that differs, by time. What either side does not know (a volume, vwap or number of trades) is not compared.</summary>
    /// <param name="first">Bars.</param>
    /// <param name="second">The same bars, as somebody else tells them.</param>
    /// <param name="sharedOnly">True to pass over bars that only one of them has.</param>
    public static IEnumerable<BarDifference> Between(BarBlock first, BarBlock second, bool sharedOnly = false)
    {
        for (int i = 0, j = 0; i < first.Count || j < second.Count;)
        {
            if (j == second.Count || (i < first.Count && first.Times[i] < second.Times[j]))
            {
                if (!sharedOnly)
                    yield return new BarDifference(first.Times[i], "bar", There, Absent);
                i++;
            }
            else if (i == first.Count || second.Times[j] < first.Times[i])
            {
                if (!sharedOnly)
                    yield return new BarDifference(second.Times[j], "bar", Absent, There);
                j++;
            }
            else
            {
                foreach (var difference in Between(first.At(i++), second.At(j++)))
                    yield return difference;
            }
        }
    }

    private static IEnumerable<BarDifference> Between(Bar first, Bar second)
    {
        (string Field, ScaledDecimal? First, ScaledDecimal? Second)[] values =
        [
            ("open", first.Open, second.Open), ("high", first.High, second.High), ("low", first.Low, second.Low), ("close", first.Close, second.Close),
            ("volume", first.Volume, second.Volume), ("vwap", first.Vwap, second.Vwap),
        ];
        foreach (var (field, one, other) in values)
        {
            if (one is { } a && other is { } b && a != b)
                yield return new BarDifference(first.TimeMs, field, a.ToString(), b.ToString());
        }

        if (first.Trades is { } trades && second.Trades is { } others && trades != others)
            yield return new BarDifference(first.TimeMs, "trades", trades.ToString(CultureInfo.InvariantCulture), others.ToString(CultureInfo.InvariantCulture));
    }
}
