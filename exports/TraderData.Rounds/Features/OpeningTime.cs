namespace TraderData.Rounds;

/// <summary><c>hour</c> and <c>weekday</c>: of the bar's opening time, UTC.</summary>
internal sealed class OpeningTime(long unitMs, long firstMs, int count, int least) : Feature
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    // 1969-12-29, a Monday: the epoch was a Thursday.
    private const long MondayMs = -3 * DayMs;

    public static readonly FeatureDefinition Hour =
        new("hour", "hour of the day, UTC", 1, "Hour of the opening time, 0 to 23", () => new OpeningTime(HourMs, 0, 24, 0)) { IsInteger = true };

    public static readonly FeatureDefinition Weekday =
        new("weekday", "ISO 8601 day of the week, UTC", 1, "Day of the opening time, 1 for Monday to 7 for Sunday", () => new OpeningTime(DayMs, MondayMs, 7, 1)) { IsInteger = true };

    public override void Compute(in BarSlab bars, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var since = (bars.Times[i] - firstMs) % (unitMs * count);
            values[i] = least + ((since < 0 ? since + (unitMs * count) : since) / unitMs);
        }
    }
}
