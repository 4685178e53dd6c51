using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Which bars a client asked for, and how they are to be written.</summary>
/// <param name="Symbol">The symbol, a valid name; of several, the first.</param>
/// <param name="Timeframe">The timeframe.</param>
/// <param name="Range">The range asked for, whole.</param>
/// <param name="NewestFirst">The order.</param>
internal sealed record BarRequest(string Symbol, Timeframe Timeframe, TimeRange Range, bool NewestFirst)
{
    /// <summary>All symbols, when several were asked for by <c>symbols</c>; null when one was by <c>symbol</c>.</summary>
    public IReadOnlyList<string>? Symbols { get; init; }

    /// <summary>The most rows to give of each symbol.</summary>
    public int Limit { get; init; }

    /// <summary>What of the range is still to be given: all of it, or what lies behind the cursor.</summary>
    public TimeRange Rest { get; init; } = Range;

    /// <summary>The bars as they were held at this time, Unix milliseconds; null for as they are now.</summary>
    public long? AsOfMs { get; init; }

    /// <summary>Leave out made bars that lack finer ones.</summary>
    public bool CompleteOnly { get; init; }

    /// <summary>Give the newest bars that may still change as well, and tell them apart.</summary>
    public bool IncludeProvisional { get; init; }

    /// <summary>The fields of a row; null for those that a row has when nobody asks.</summary>
    public IReadOnlyList<BarField>? Fields { get; init; }

    /// <summary>How the answer is written.</summary>
    public AnswerFormat Format { get; init; }

    /// <summary>Reads the parameters of a query.</summary>
    /// <param name="values">The query.</param>
    /// <param name="answer">The form of the answer.</param>
    /// <param name="nowMs">The time now.</param>
    /// <param name="request">What was asked for; null when there is an error. Its format is JSON: that is not the query's alone to say.</param>
    /// <returns>The first error; null when there is none.</returns>
    public static ApiError? Read(in QueryValues values, BarAnswer answer, long nowMs, out BarRequest? request)
    {
        request = null;
        if (BarSymbols.Read(values, answer, out var symbol, out var symbols) is { } badSymbol)
            return badSymbol;
        if (ParameterValues.Timeframe(values, answer.Timeframe, out var timeframe) is { } badTimeframe)
            return badTimeframe;
        if (ParameterValues.Range(values, out var start, out var end) is { } badRange)
            return badRange;
        if (ReadOrder(values, answer.NewestFirst, out var newestFirst) is { } badOrder)
            return badOrder;
        if (ReadLimit(values, answer.Limit, symbols?.Count ?? 1, out var limit) is { } badLimit)
            return badLimit;
        if (ParameterValues.AsOf(values, nowMs, out var asOfMs) is { } badAsOf)
            return badAsOf;
        if (ReadComplete(values, out var completeOnly) is { } badComplete)
            return badComplete;
        if (ReadProvisional(values, BarParameters.IncludeProvisional, asOfMs, out var includeProvisional) is { } badProvisional)
            return badProvisional;
        IReadOnlyList<BarField>? fields = null;
        if (values[answer.Fields] is { } names && BarField.Read(names, answer.KnownFields, out fields) is { } badFields)
            return badFields;
        var range = new TimeRange(start ?? TimeRange.All.StartMs, end ?? TimeRange.All.EndMs);
        var whole = new BarRequest(symbol, timeframe, range, newestFirst)
        {
            Symbols = symbols,
            Limit = limit,
            AsOfMs = asOfMs,
            CompleteOnly = completeOnly,
            IncludeProvisional = includeProvisional,
            Fields = fields,
        };
        return ReadCursor(values, answer, whole, out request);
    }

    private static ApiError? ReadCursor(in QueryValues values, BarAnswer answer, BarRequest whole, out BarRequest? request)
    {
        request = whole;
        if (values[BarParameters.Cursor] is not { } cursor)
            return null;
        if (whole.Symbols is not null)
        {
            return ApiError.BadParameter(
                ErrorCodes.BadCursor, "cursor", "a cursor goes on with one symbol; send each of the next_cursors with its symbol as symbol instead of symbols");
        }

        if (!BarCursor.TryRead(cursor, whole, out var rest))
        {
            return ApiError.BadParameter(
                ErrorCodes.BadCursor,
                "cursor",
                $"cursor must be the next_cursor of the page before, with the same symbol, {answer.Timeframe.Name}, start, end, order, as_of and complete, was '{ApiError.Shown(cursor)}'");
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

    private static ApiError? ReadComplete(in QueryValues values, out bool completeOnly)
    {
        var text = values[BarParameters.Complete];
        completeOnly = text == "true";
        return text is null or "true" or "false"
            ? null
            : ApiError.BadParameter(ErrorCodes.BadComplete, "complete", $"complete must be true or false, was '{ApiError.Shown(text)}'");
    }

    /// <summary>Reads whether bars are wanted that may still change.</summary>
    public static ApiError? ReadProvisional(in QueryValues values, Parameter parameter, long? asOfMs, out bool include)
    {
        var text = values[parameter];
        include = text == "true";
        if (text is not (null or "true" or "false"))
            return ApiError.BadParameter(ErrorCodes.BadProvisional, "include_provisional", $"include_provisional must be true or false, was '{ApiError.Shown(text)}'");
        return include && asOfMs is not null
            ? ApiError.BadParameter(ErrorCodes.BadProvisional, "include_provisional", "include_provisional and as_of exclude each other: what was provisional at a time is not kept")
            : null;
    }

    private static ApiError? ReadLimit(in QueryValues values, Parameter parameter, int symbols, out int limit)
    {
        if (ParameterValues.Number(values, parameter, ErrorCodes.BadLimit, out limit) is { } bad)
            return bad;
        return (long)limit * symbols <= BarParameters.MaxLimit
            ? null
            : ApiError.BadParameter(
                ErrorCodes.BadLimit,
                "limit",
                string.Create(CultureInfo.InvariantCulture, $"limit must be at most {BarParameters.MaxLimit / symbols} with {symbols} symbols, for {BarParameters.MaxLimit} rows in all, was {limit}"));
    }
}
