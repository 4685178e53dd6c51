namespace TraderData.Simulator;

/// <summary>A bar of the generated market: prices in ticks, volumes in lots, money in ticks × lots.</summary>
internal record struct SimBar
{
    public long TimeMs;
    public long EndMs;
    public long Open;
    public long High;
    public long Low;
    public long Close;
    public long Volume;
    public Int128 Quote;
    public long Trades;
    public long TakerVolume;
    public Int128 TakerQuote;

    /// <summary>Puts a later bar behind this one.</summary>
    public void Append(in SimBar next)
    {
        High = Math.Max(High, next.High);
        Low = Math.Min(Low, next.Low);
        Close = next.Close;
        Volume += next.Volume;
        Quote += next.Quote;
        Trades += next.Trades;
        TakerVolume += next.TakerVolume;
        TakerQuote += next.TakerQuote;
    }

    /// <summary>What can be seen of the bar when only a part of it has passed; at the end it is the bar itself.</summary>
    public readonly SimBar Part(long elapsed, long whole)
    {
        var part = this;
        part.Close = Open + ((Close - Open) * elapsed / whole);
        part.High = Math.Max(Math.Max(Open, part.Close), Open + ((High - Open) * elapsed / whole));
        part.Low = Math.Min(Math.Min(Open, part.Close), Open + ((Low - Open) * elapsed / whole));
        part.Volume = (long)((Int128)Volume * elapsed / whole);
        part.Quote = Quote * elapsed / whole;
        part.Trades = Trades * elapsed / whole;
        part.TakerVolume = (long)((Int128)TakerVolume * elapsed / whole);
        part.TakerQuote = TakerQuote * elapsed / whole;
        return part;
    }
}
