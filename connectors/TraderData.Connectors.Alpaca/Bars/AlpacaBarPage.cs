using TraderData.Core;

namespace TraderData.Connectors.Alpaca;

/// <summary>What an answer of a bars endpoint holds.</summary>
/// <param name="Bars">The bars of the symbol that was asked for.</param>
/// <param name="LastRowMs">Opening time of the last bar; null when there was none.</param>
/// <param name="NextPageToken">Asks for what follows; null when nothing does.</param>
internal readonly record struct AlpacaBarPage(BarBlock Bars, long? LastRowMs, string? NextPageToken);
