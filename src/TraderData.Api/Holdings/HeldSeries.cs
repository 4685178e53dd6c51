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

    public static async Task<ApiError> UnknownAsync(IBarStore store, Series series, CancellationToken cancellationToken)
    {
        // Not by listing: that may count every bar of the store, and a mistyped timeframe is nothing to do that for.
        var timeframes = new List<string>();
        foreach (var timeframe in Timeframe.Standard)
        {
            if (await store.FindAsync(new Series(series.Source, series.Symbol, timeframe), cancellationToken) is not null)
                timeframes.Add(timeframe.ToString());
        }

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
