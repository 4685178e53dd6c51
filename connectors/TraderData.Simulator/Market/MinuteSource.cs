using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>The one-minute bars of an instrument, each a pure function of seed, symbol, feed and time. One object belongs to one thread.</summary>
internal sealed class MinuteSource(SimInstrument instrument, ulong seed, Halts halts)
{
    public const long MinuteMs = 60_000;

    private readonly PricePath _path = new(instrument, Noise.Key(seed, $"{instrument.Venue}:{instrument.Symbol}"));
    private readonly ulong _key = Noise.Key(seed, $"{instrument.Venue}:{instrument.Symbol}:{instrument.Feed}:trades");
    private TimeRange _session;

    /// <summary>What <see cref="FlawedMinutes"/> knows the instrument by.</summary>
    public ulong FlawsKey { get; init; }

    /// <summary>The session in New York on the day of a time; empty when there is none. The last one is kept: a page asks for it minute by minute.</summary>
    public TimeRange SessionAt(long timeMs)
    {
        if (!_session.Contains(timeMs))
            _session = NyseCalendar.Instance.SessionOf(NyseCalendar.DateAt(timeMs)) ?? default;
        return _session;
    }

    /// <summary>Makes the bar of a minute.</summary>
    /// <returns>False when the market has none: not listed, halted, or (stocks) without a trade. Sessions are the caller's business.</returns>
    public bool TryMake(long timeMs, out SimBar bar)
    {
        bar = default;
        if (timeMs < instrument.ListedMs || timeMs >= instrument.DelistedMs || (instrument.Venue == Venue.Binance && halts.Covers(timeMs)))
            return false;
        var minute = timeMs / MinuteMs;
        var dice = Noise.At(_key, minute);
        var quiet = (int)(dice & 0xFFFF) < instrument.QuietMinutes;
        if (quiet && instrument.Venue == Venue.AlpacaStock)
            return false;
        bar.TimeMs = timeMs;
        bar.EndMs = timeMs + MinuteMs;
        bar.Open = _path.TicksAt(minute);
        if (quiet)
        {
            bar.High = bar.Low = bar.Close = bar.Open;
            return true;
        }

        bar.Close = _path.TicksAt(minute + 1);
        SetPrices(ref bar, dice);
        SetAmounts(ref bar, Noise.Mix(dice), Noise.At(_key, minute >> 10));
        return true;
    }

    private void SetPrices(ref SimBar bar, ulong dice)
    {
        // One open in eight is not the close before: the first trade of the minute was at another price.
        var jitter = (dice >> 16) & 15;
        if (jitter < 2)
        {
            var step = instrument.Granule == 1 ? 1 : 1 + (long)((dice >> 20) & 63);
            bar.Open = Math.Max(instrument.Granule, jitter == 0 ? bar.Open + step : bar.Open - step);
        }

        bar.High = Math.Max(bar.Open, bar.Close) + Wick(bar.Open, (dice >> 32) & 0xFFFF);
        bar.Low = Math.Max(1, Math.Min(bar.Open, bar.Close) - Wick(bar.Open, dice >> 48));
    }

    // Up to a thousandth of the price, mostly far less; one stock wick in eight ends between two cents.
    private long Wick(long ticks, ulong chance)
    {
        var wick = (ticks * (long)((chance * chance) >> 16)) >> 26;
        return instrument.Granule == 1 || (chance & 7) == 0 ? wick : wick - (wick % instrument.Granule);
    }

    private void SetAmounts(ref SimBar bar, ulong dice, ulong mood)
    {
        // The square of an even chance has mean 1/3: three times it has mean 1, with many small minutes and few great ones.
        var chance = dice & 0xFFFF;
        var size = (long)((chance * chance) >> 16) * 3;
        var activity = 32_768 + (long)(mood & 0xFFFF);
        var spike = (dice & 0xFF_0000) == 0 ? 8 : 1;
        bar.Volume = Math.Max(1, (long)(((Int128)instrument.MeanLots * size * activity * spike) >> 32));
        bar.Trades = Math.Min(bar.Volume, 1 + ((instrument.MeanTrades * size * spike) >> 16));

        // A crumb now and then: volumes that an exchange writes with an exponent.
        if (instrument.Venue == Venue.AlpacaCrypto && ((dice >> 24) & 63) == 0)
            (bar.Volume, bar.Trades) = (1 + (long)((dice >> 40) & 63), 1);
        var inside = (long)(16_384 + ((dice >> 32) & 0x7FFF));
        bar.Quote = Money(bar, bar.Volume, inside);
        bar.TakerVolume = (long)(((Int128)bar.Volume * (long)(16_384 + ((dice >> 48) & 0x7FFF))) >> 16);
        bar.TakerQuote = Money(bar, bar.TakerVolume, inside);
    }

    private static Int128 Money(in SimBar bar, long volume, long inside) =>
        ((Int128)volume * bar.Low) + (((Int128)volume * (bar.High - bar.Low) * inside) >> 16);
}
