using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Which bars a chart wants.</summary>
/// <param name="Timeframe">How long they are.</param>
/// <param name="Range">Their opening times.</param>
/// <param name="Limit">The most of them: the newest.</param>
internal sealed record UdfHistoryRequest(Timeframe Timeframe, TimeRange Range, int Limit)
{
    /// <summary>Reads all but the symbol.</summary>
    /// <returns>The first error; null when there is none.</returns>
    public static ApiError? Read(in QueryValues values, out UdfHistoryRequest? request)
    {
        request = null;
        if (values[UdfParameters.Resolution] is not { } resolution)
            return Missing(UdfParameters.Resolution);
        if (!UdfResolution.TryParse(resolution, out var timeframe))
        {
            return ApiError.BadParameter(
                ErrorCodes.BadTimeframe, "resolution", $"resolution must be one of {string.Join(' ', UdfResolution.Names)}, was '{ApiError.Shown(resolution)}'");
        }

        if (ReadSeconds(values, UdfParameters.To, out var to) is { } badTo)
            return badTo;
        if (ReadSeconds(values, UdfParameters.From, out var from) is { } badFrom)
            return badFrom;
        if (ReadCountback(values, out var countback) is { } badCountback)
            return badCountback;
        if (to is not { } end)
            return Missing(UdfParameters.To);
        if (countback is null && from is null)
            return Missing(UdfParameters.From);
        if (countback is null && from >= end)
            return ApiError.BadParameter(ErrorCodes.BadRange, "from", string.Create(CultureInfo.InvariantCulture, $"from must be before to, but from is {from} and to is {end}"));
        request = new UdfHistoryRequest(timeframe, RangeOf(timeframe, countback is null ? from!.Value : long.MinValue, end), countback ?? UdfParameters.MaxBars);
        return null;
    }

    /// <summary>The time that a chart is told of a bar, in seconds: bars of days begin at midnight UTC there, and those of stocks are held by the midnight of New York.</summary>
    public static long SecondsOf(Timeframe timeframe, long openMs) => (IsOfDays(timeframe) ? Timeframe.D1.Floor(openMs) : openMs) / 1_000;

    // By the time that is told: a day that opens at 05:00 is told as 00:00, so that bounds move to the next midnight.
    private static TimeRange RangeOf(Timeframe timeframe, long fromSeconds, long toSeconds)
    {
        var (start, end) = (ToMs(fromSeconds), ToMs(toSeconds));
        if (IsOfDays(timeframe))
            (start, end) = (Bounded(Timeframe.D1.Ceiling(start)), Bounded(Timeframe.D1.Ceiling(end)));
        return new TimeRange(start, end);
    }

    private static bool IsOfDays(Timeframe timeframe) => timeframe.DurationMs % Timeframe.D1.DurationMs == 0;

    // Charts ask for times before anything that is held, and far behind it.
    private static long ToMs(long seconds) => Bounded(Math.Clamp(seconds, long.MinValue / 1_000, long.MaxValue / 1_000) * 1_000);

    private static long Bounded(long timeMs) => Math.Clamp(timeMs, TimeRange.All.StartMs, TimeRange.All.EndMs);

    private static ApiError? ReadSeconds(in QueryValues values, Parameter parameter, out long? seconds)
    {
        seconds = null;
        if (values[parameter] is not { } text)
            return null;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed))
            return ApiError.BadParameter(ErrorCodes.BadTime, parameter.Name, $"{parameter.Name} must be Unix seconds, as in {parameter.Name}={parameter.Example}, was '{ApiError.Shown(text)}'");
        seconds = parsed;
        return null;
    }

    private static ApiError? ReadCountback(in QueryValues values, out int? countback)
    {
        countback = null;
        if (values[UdfParameters.Countback] is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed is < 1 or > UdfParameters.MaxBars)
            return ApiError.BadParameter(ErrorCodes.BadLimit, "countback", $"countback must be 1 to {UdfParameters.MaxBars}, was '{ApiError.Shown(text)}'");
        countback = parsed;
        return null;
    }

    private static ApiError Missing(Parameter parameter) =>
        ApiError.BadParameter(ErrorCodes.MissingParameter, parameter.Name, $"{parameter.Name} is required, as in {parameter.Name}={parameter.Example}");
}
