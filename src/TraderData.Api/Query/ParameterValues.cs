using TraderData.Core;

namespace TraderData.Api;

/// <summary>Reads the parameters that more than one endpoint takes. Each method gives the error, or null and the value.</summary>
internal static class ParameterValues
{
    public static ApiError? Symbol(in QueryValues values, out string symbol)
    {
        symbol = values[BarParameters.Symbol] ?? "";
        if (values[BarParameters.Symbol] is null)
            return Missing(BarParameters.Symbol);
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
        return Core.Timeframe.TryParse(text, out timeframe) && timeframe.IsStandard && timeframe.ToString() == text
            ? null
            : ApiError.BadParameter(
                ErrorCodes.BadTimeframe,
                parameter.Name,
                $"{parameter.Name} must be one of {string.Join(' ', Core.Timeframe.Standard)}, was '{ApiError.Shown(text)}'");
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
