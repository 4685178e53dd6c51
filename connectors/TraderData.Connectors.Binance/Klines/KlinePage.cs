using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>What an answer of <c>/api/v3/klines</c> holds.</summary>
/// <param name="Bars">The closed bars.</param>
/// <param name="Rows">How many rows there were, a forming one included.</param>
/// <param name="LastRowMs">Opening time of the last row; null when there was none.</param>
/// <param name="FirstOpenMs">Opening time of the bar that is still forming; null when there was none.</param>
internal readonly record struct KlinePage(BarBlock Bars, int Rows, long? LastRowMs, long? FirstOpenMs);
