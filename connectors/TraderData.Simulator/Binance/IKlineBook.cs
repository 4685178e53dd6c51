using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>A question for klines, checked.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Timeframe">How long a bar is.</param>
/// <param name="Opens">Opening times in this range.</param>
/// <param name="NewestFirst">Take rows from the newest back.</param>
/// <param name="NowMs">The exchange's clock.</param>
internal readonly record struct KlineQuery(string Symbol, Timeframe Timeframe, TimeRange Opens, bool NewestFirst, long NowMs);

/// <summary>A symbol as exchangeInfo lists it.</summary>
internal readonly record struct ListedPair(string Symbol, string BaseAsset, string QuoteAsset, bool IsTrading, int PriceScale, int LotScale);

/// <summary>What Binance's wire has to sell: klines from a generator or from recordings.</summary>
internal interface IKlineBook
{
    /// <summary>The symbols that exchangeInfo lists.</summary>
    IEnumerable<ListedPair> Pairs(long nowMs);

    /// <summary>A symbol that klines are there of; null for an invalid one.</summary>
    ListedPair? Find(string symbol, long nowMs);

    /// <summary>Rows in the order asked for, written as JSON arrays; the caller stops when it has enough.</summary>
    IEnumerable<ReadOnlyMemory<byte>> Read(KlineQuery query);
}
