namespace TraderData.Simulator;

/// <summary>How much of the market shows at a time.</summary>
internal enum Visibility
{
    /// <summary>The forming minute shows as far as it has come (Binance).</summary>
    Forming,

    /// <summary>A minute shows one second after its end, with slightly other values until it is rebuilt thirty seconds after its end (Alpaca).</summary>
    Rebuilt,
}

/// <summary>The market as it shows at a time.</summary>
/// <param name="NowMs">The exchange's clock, Unix milliseconds.</param>
/// <param name="Visibility">How the last minutes show.</param>
internal readonly record struct MarketView(long NowMs, Visibility Visibility)
{
    private const long ShownAfterMs = 1_000;
    private const long RebuiltAfterMs = 30_000;

    /// <summary>Bars that end here or before have their final values.</summary>
    public long FinalMs => Visibility == Visibility.Forming ? NowMs : NowMs - RebuiltAfterMs;

    /// <summary>Turns the final values of a minute into what shows of it.</summary>
    /// <returns>False when nothing shows.</returns>
    public bool TryShow(ref SimBar bar)
    {
        if (bar.EndMs <= FinalMs)
            return true;
        if (Visibility == Visibility.Rebuilt)
        {
            if (NowMs < bar.EndMs + ShownAfterMs)
                return false;
            Provisional(ref bar);
            return true;
        }

        if (NowMs < bar.TimeMs)
            return false;
        bar = bar.Part(NowMs - bar.TimeMs, bar.EndMs - bar.TimeMs);
        return true;
    }

    // Late trades are still missing: about a sixteenth of the volume, and the last of the prices.
    private static void Provisional(ref SimBar bar)
    {
        var (volume, trades) = (bar.Volume, bar.Trades);
        bar.Close = (bar.Close + bar.Open) / 2;
        bar.Volume -= volume / 16;
        bar.Quote = volume == 0 ? 0 : bar.Quote * bar.Volume / volume;
        bar.Trades = trades - (trades / 16);
    }
}
