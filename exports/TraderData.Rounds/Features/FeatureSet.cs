namespace TraderData.Rounds;

/// <summary>The features that there are, in the order of their columns.</summary>
internal static class FeatureSet
{
    public static readonly IReadOnlyList<FeatureDefinition> All =
    [
        LogReturn.Definition, RealisedVolatility.Definition, AverageTrueRange.Definition, RelativeStrengthIndex.Definition, CloseAverage.Definition,
        Macd.Difference, Macd.Signal, Macd.Histogram, VolumeZScore.Definition, VwapDistance.Definition, OpeningTime.Hour, OpeningTime.Weekday,
    ];

    /// <summary>The features of those names, in the order of <see cref="All"/>.</summary>
    public static IReadOnlyList<FeatureDefinition> Of(IReadOnlyCollection<string> names) => [.. All.Where(f => names.Contains(f.Name))];

    /// <summary>The most bars that any of some features needs for its first value.</summary>
    public static int LongestWindow(IReadOnlyCollection<string> names) => Of(names).Select(f => f.Window).DefaultIfEmpty(1).Max();
}
