using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>The error for a series that is not held, with what is held instead.</summary>
internal static class HeldSeries
{
    public static ApiError NothingHeld(string symbol) => new(
        StatusCodes.Status404NotFound, ErrorCodes.UnknownSeries, $"nothing is held of {symbol}; /api/data/symbols lists what is")
    {
        Subject = ("symbol", symbol),
        Choices = ("timeframes", []),
    };

    public static ApiError OfAnotherSource(string symbol, string source, string asked) => new(
        StatusCodes.Status404NotFound, ErrorCodes.UnknownSeries, $"{symbol} belongs to {source}, and nothing is held of it from {asked}")
    {
        Subject = ("symbol", symbol),
    };

    public static async Task<ApiError> UnknownAsync(IBarStore store, Series series, CancellationToken cancellationToken)
    {
        var held = await HeldTimeframes.OfAsync(store, series.Source, series.Symbol, cancellationToken);
        var timeframes = held.Select(timeframe => timeframe.ToString()).ToList();
        if (timeframes.Count == 0)
            return NothingHeld(series.Symbol);
        return new ApiError(
            StatusCodes.Status404NotFound,
            ErrorCodes.UnknownSeries,
            $"{series.Symbol} is not held at {series.Timeframe}; it is at {string.Join(", ", timeframes)}")
        {
            Subject = ("symbol", series.Symbol),
            Choices = ("timeframes", timeframes),
        };
    }
}
