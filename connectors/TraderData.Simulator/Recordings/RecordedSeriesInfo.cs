using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>A recorded series that is served.</summary>
/// <param name="Wire"><c>binance</c> or <c>alpaca</c>.</param>
/// <param name="Symbol">The symbol to ask for; Alpaca's crypto symbols have a slash.</param>
/// <param name="Timeframe">How long a bar is.</param>
/// <param name="FirstMs">Opening time of the first row, Unix milliseconds UTC.</param>
/// <param name="LastMs">Opening time of the last row, Unix milliseconds UTC.</param>
/// <param name="Rows">How many rows, each opening time once.</param>
public sealed record RecordedSeriesInfo(string Wire, string Symbol, Timeframe Timeframe, long FirstMs, long LastMs, int Rows);
