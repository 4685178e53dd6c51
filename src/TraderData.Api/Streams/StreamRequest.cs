using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Which series a client wants to follow, and from where on.</summary>
/// <param name="Symbol">The symbol, a valid name.</param>
/// <param name="Timeframe">The timeframe.</param>
/// <param name="Source">The source that the symbol must belong to; null for any.</param>
/// <param name="AfterMs">The opening time of the last bar that the client has, Unix milliseconds; null to begin with the next one.</param>
/// <param name="IncludeProvisional">Whether bars that may still change are wanted as well.</param>
internal sealed record StreamRequest(string Symbol, Timeframe Timeframe, string? Source, long? AfterMs, bool IncludeProvisional)
{
    private const string LastEventId = "Last-Event-ID";

    private static readonly Parameter SourceParameter = new(
        "source", "The source that the symbol is expected to belong to. A symbol belongs to one source; of another one nothing is held.", "binance");

    /// <summary>What the endpoint takes.</summary>
    public static readonly IReadOnlyList<Parameter> Parameters = [BarParameters.Symbol, BarParameters.Timeframe, SourceParameter, BarParameters.StreamProvisional];

    /// <summary>Reads a query and the header of a client that comes back.</summary>
    /// <returns>The first error; null when there is none.</returns>
    public static ApiError? Read(HttpRequest query, out StreamRequest? request)
    {
        request = null;
        if (QueryText.Read(query.QueryString, Parameters, out var values) is { } badQuery)
            return badQuery;
        if (ParameterValues.Symbol(values, BarParameters.Symbol, out var symbol) is { } badSymbol)
            return badSymbol;
        if (ParameterValues.Timeframe(values, BarParameters.Timeframe, out var timeframe) is { } badTimeframe)
            return badTimeframe;
        var source = values[SourceParameter];
        if (source is not null && Series.CheckSource(source) is { } badSource)
            return ApiError.BadParameter(ErrorCodes.BadSource, "source", badSource);
        if (ReadLast(query.Headers[LastEventId].ToString(), out var afterMs) is { } badId)
            return badId;
        if (BarRequest.ReadProvisional(values, BarParameters.StreamProvisional, asOfMs: null, out var includeProvisional) is { } badProvisional)
            return badProvisional;
        request = new StreamRequest(symbol, timeframe, source, afterMs, includeProvisional);
        return null;
    }

    private static ApiError? ReadLast(string text, out long? afterMs)
    {
        afterMs = null;
        if (text.Length == 0)
            return null;
        if (!TimeText.TryParse(text, out var timeMs))
        {
            return ApiError.BadParameter(
                ErrorCodes.BadTime, LastEventId, $"{LastEventId} must be the id of an event, the opening time of a bar such as 2024-01-31T10:00:00Z, was '{ApiError.Shown(text)}'");
        }

        afterMs = timeMs;
        return null;
    }
}
