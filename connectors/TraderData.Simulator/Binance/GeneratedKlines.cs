using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>Klines of the generated market.</summary>
internal sealed class GeneratedKlines(InstrumentCatalog catalog, GeneratedMarket market, Halts halts) : IKlineBook
{
    // Binance writes eight digits behind every point.
    private const int WireScale = 8;

    // Two times of 13 digits, eight decimals of at most 30 characters, and a count.
    private const int MaxRow = 400;

    /// <inheritdoc/>
    public IEnumerable<ListedPair> Pairs(long nowMs) => catalog.Binance.Where(i => i.ListedMs <= nowMs).Select(i => Listed(i, nowMs));

    /// <inheritdoc/>
    public ListedPair? Find(string symbol, long nowMs) =>
        catalog.Find(Venue.Binance, symbol) is { } instrument && instrument.ListedMs <= nowMs ? Listed(instrument, nowMs) : null;

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Read(KlineQuery query)
    {
        var instrument = catalog.Find(Venue.Binance, query.Symbol)!;
        var view = new MarketView(query.NowMs, Visibility.Forming);
        foreach (var bar in market.Read(instrument, query.Timeframe, query.Opens, query.NewestFirst, view))
            yield return Write(instrument, bar);
    }

    private static ListedPair Listed(SimInstrument i, long nowMs) =>
        new(i.Symbol, i.BaseAsset, i.QuoteAsset, i.DelistedMs > nowMs, i.PriceScale, i.LotScale);

    private byte[] Write(SimInstrument instrument, in SimBar bar)
    {
        Span<byte> row = stackalloc byte[MaxRow];
        var end = 0;
        var (price, lot) = (instrument.PriceScale, instrument.LotScale);
        row[end++] = (byte)'[';
        end += Utf8Digits.Write((ulong)bar.TimeMs, row[end..]);
        end += WriteText(bar.Open, price, row[end..]);
        end += WriteText(bar.High, price, row[end..]);
        end += WriteText(bar.Low, price, row[end..]);
        end += WriteText(bar.Close, price, row[end..]);
        end += WriteText(bar.Volume, lot, row[end..]);
        row[end++] = (byte)',';
        end += Utf8Digits.Write((ulong)halts.CloseTime(bar.TimeMs, bar.EndMs), row[end..]);
        end += WriteText(bar.Quote, price + lot, row[end..]);
        row[end++] = (byte)',';
        end += Utf8Digits.Write((ulong)bar.Trades, row[end..]);
        end += WriteText(bar.TakerVolume, lot, row[end..]);
        end += WriteText(bar.TakerQuote, price + lot, row[end..]);
        ",\"0\"]"u8.CopyTo(row[end..]);
        return row[..(end + 5)].ToArray();
    }

    private static int WriteText(Int128 mantissa, int scale, Span<byte> row)
    {
        ",\""u8.CopyTo(row);
        var (whole, fraction) = mantissa <= long.MaxValue ? DivideSmall((long)mantissa, PowersOfTen.At(scale)) : Divide(mantissa, PowersOfTen.At(scale));
        var end = 2 + Utf8Digits.Write(whole, row[2..]);
        row[end++] = (byte)'.';
        Utf8Digits.WritePadded(fraction * (ulong)PowersOfTen.At(WireScale - scale), row.Slice(end, WireScale));
        row[end + WireScale] = (byte)'"';
        return end + WireScale + 1;
    }

    private static (ulong Whole, ulong Fraction) DivideSmall(long mantissa, long unit)
    {
        var (whole, fraction) = Math.DivRem(mantissa, unit);
        return ((ulong)whole, (ulong)fraction);
    }

    private static (ulong Whole, ulong Fraction) Divide(Int128 mantissa, long unit)
    {
        var (whole, fraction) = Int128.DivRem(mantissa, unit);
        return ((ulong)whole, (ulong)fraction);
    }
}
