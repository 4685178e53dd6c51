using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Which bars a client asked for.</summary>
/// <param name="Symbol">The symbol, a valid name.</param>
/// <param name="Timeframe">The timeframe.</param>
/// <param name="Range">The range asked for, whole.</param>
/// <param name="NewestFirst">The order.</param>
internal sealed record BarRequest(string Symbol, Timeframe Timeframe, TimeRange Range, bool NewestFirst)
{
    /// <summary>The most rows to give.</summary>
    public int Limit { get; init; }

    /// <summary>What of the range is still to be given: all of it, or what lies behind the cursor.</summary>
    public TimeRange Rest { get; init; } = Range;

    /// <summary>Reads the parameters of a query.</summary>
    /// <returns>The first error; null when there is none, and then <paramref name="request"/> is set.</returns>
    public static ApiError? Read(in QueryValues values, BarAnswer answer, out BarRequest? request)
    {
        request = null;
        if (ParameterValues.Symbol(values, out var symbol) is { } badSymbol)
            return badSymbol;
        if (ParameterValues.Timeframe(values, answer.Timeframe, out var timeframe) is { } badTimeframe)
            return badTimeframe;
        if (ParameterValues.Range(values, out var start, out var end) is { } badRange)
            return badRange;
        if (ReadOrder(values, answer.NewestFirst, out var newestFirst) is { } badOrder)
            return badOrder;
        if (ReadLimit(values, answer.Limit, out var limit) is { } badLimit)
            return badLimit;
        var range = new TimeRange(start ?? TimeRange.All.StartMs, end ?? TimeRange.All.EndMs);
        var whole = new BarRequest(symbol, timeframe, range, newestFirst) { Limit = limit };
        if (values[BarParameters.Cursor] is not { } cursor)
        {
            request = whole;
            return null;
        }

        if (!BarCursor.TryRead(cursor, whole, out var rest))
        {
            return ApiError.BadParameter(
                ErrorCodes.BadCursor,
                "cursor",
                $"cursor must be the next_cursor of the page before, with the same symbol, {answer.Timeframe.Name}, start, end and order, was '{ApiError.Shown(cursor)}'");
        }

        request = whole with { Rest = rest };
        return null;
    }

    private static ApiError? ReadOrder(in QueryValues values, bool byDefault, out bool newestFirst)
    {
        var text = values[BarParameters.Order];
        newestFirst = text is null ? byDefault : text == "desc";
        return text is null or "desc" or "asc"
            ? null
            : ApiError.BadParameter(ErrorCodes.BadOrder, "order", $"order must be desc or asc, was '{ApiError.Shown(text)}'");
    }

    private static ApiError? ReadLimit(in QueryValues values, Parameter parameter, out int limit)
    {
        var (least, greatest, byDefault) = parameter.Number!.Value;
        limit = byDefault;
        if (values[parameter] is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit >= least && limit <= greatest
            ? null
            : ApiError.BadParameter(ErrorCodes.BadLimit, "limit", $"limit must be {least} to {greatest}, was '{ApiError.Shown(text)}'");
    }
}
