namespace TraderData.Rounds;

/// <summary>The labels: the log return from a bar's close to the close some bars on, and its sign. None across a gap.</summary>
internal static class ForwardReturns
{
    /// <summary>Fills in the labels of the first rows; every row that one looks at must be there.</summary>
    public static void Fill(SeriesRows rows, int count, IReadOnlyList<int> horizons)
    {
        for (var h = 0; h < horizons.Count; h++)
        {
            var (ahead, returns, signs) = (horizons[h], rows.Labels[2 * h], rows.Labels[(2 * h) + 1]);
            for (var i = 0; i < count; i++)
            {
                var isWhole = rows.Runs[i + ahead] == rows.Runs[i];
                returns[i] = isWhole ? FixedLog.Of(rows.Prices[i + ahead] / rows.Prices[i]) : double.NaN;
                signs[i] = isWhole ? rows.Closes[i + ahead].CompareTo(rows.Closes[i]) : double.NaN;
            }
        }
    }
}
