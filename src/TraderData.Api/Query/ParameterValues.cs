using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Reads the parameters that more than one endpoint takes. Each method gives the error, or null and the value.</summary>
internal static class ParameterValues
{
    public static ApiError? Symbol(in QueryValues values, Parameter parameter, out string symbol)
    {
        symbol = values[parameter] ?? "";
        if (values[parameter] is null)
            return Missing(parameter);
        if (Series.CheckSymbol(symbol) is not { } wrong)
            return null;
        var upper = symbol.ToUpperInvariant();
        var remedy = Series.CheckSymbol(upper) is null ? $"; use '{upper}'" : "";
        return ApiError.BadParameter(ErrorCodes.BadSymbol, "symbol", wrong + remedy);
    }

    public static ApiError? Timeframe(in QueryValues values, Parameter parameter, out Timeframe timeframe)
    {
        timeframe = default;
        if (values[parameter] is not { } text)
            return Missing(parameter);

        // One spelling each, so that an answer repeats what was asked: 60m is not taken for 1h.
        return Core.Timeframe.TryParse(text, out timeframe) && timeframe.ToString() == text
            ? null
            : ApiError.BadParameter(
                ErrorCodes.BadTimeframe,
                parameter.Name,
                $"{parameter.Name} must be one of {string.Join(' ', Core.Timeframe.Standard)}, or a number of m, h, d or w in its shortest spelling, was '{ApiError.Shown(text)}'");
    }

    /// <summary>Reads start and end; null where the query does not have one.</summary>
    public static ApiError? Range(in QueryValues values, out long? startMs, out long? endMs)
    {
        endMs = null;
        if (Time(values, BarParameters.Start, out startMs) is { } badStart)
            return badStart;
        if (Time(values, BarParameters.End, out endMs) is { } badEnd)
            return badEnd;
        return startMs is { } start && endMs is { } end && start >= end
            ? ApiError.BadParameter(
                ErrorCodes.BadRange, "start", $"start must be before end, but start is {TimeText.Iso(start)} and end is {TimeText.Iso(end)}")
            : null;
    }

    /// <summary>Reads as_of; null where the query does not have one.</summary>
    public static ApiError? AsOf(in QueryValues values, long nowMs, out long? asOfMs)
    {
        if (Time(values, BarParameters.AsOf, out asOfMs) is { } bad)
            return bad;
        return asOfMs <= nowMs || asOfMs is null
            ? null
            : ApiError.BadParameter(
                ErrorCodes.BadAsOf, "as_of", $"as_of must not be in the future, was {TimeText.Iso(asOfMs.Value)}; now it is {TimeText.Iso(nowMs)}");
    }

    /// <summary>Reads a whole number within its parameter's bounds; its default where the query does not have one.</summary>
    public static ApiError? Number(in QueryValues values, Parameter parameter, string code, out int number)
    {
        var (least, greatest, byDefault) = parameter.Number!.Value;
        number = byDefault;
        if (values[parameter] is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= greatest
            ? null
            : ApiError.BadParameter(code, parameter.Name, $"{parameter.Name} must be {least} to {greatest}, was '{ApiError.Shown(text)}'");
    }

    private static ApiError? Time(in QueryValues values, Parameter parameter, out long? timeMs)
    {
        timeMs = null;
        if (values[parameter] is not { } text)
            return null;
        if (TimeText.TryParse(text, out var parsed))
        {
            timeMs = parsed;
            return null;
        }

        return ApiError.BadParameter(
            ErrorCodes.BadTime,
            parameter.Name,
            $"{parameter.Name} must be a time like 2024-01-31, 2024-01-31T10:00:00Z or 1706695200000 (Unix milliseconds), was '{ApiError.Shown(text)}'");
    }

    private static ApiError Missing(Parameter parameter) =>
        ApiError.BadParameter(ErrorCodes.MissingParameter, parameter.Name, $"{parameter.Name} is required, as in {parameter.Name}={parameter.Example}");
}
