using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>
/// What every <see cref="IBarStore"/> promises. A store's test class derives from it and gives an empty store to each test; the tests come along.
/// </summary>
public abstract partial class BarStoreContract
{
    protected const long DayMs = 86_400_000;
    protected const long MinuteMs = 60_000;

    protected static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);

    protected static readonly long Start = Ms("2024-01-30T23:30:00Z");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store for one test.</summary>
    protected abstract Task<IBarStore> CreateStoreAsync();

    protected static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    /// <summary>Bars of one minute from <see cref="Start"/> on, over the end of a month, each with other digits.</summary>
    protected static BarBlock Minutes(int first, int count, long bump = 0, bool optional = true)
    {
        var builder = new BarBlockBuilder("test", count);
        for (var i = first; i < first + count; i++)
        {
            var low = new ScaledDecimal(4_215_050_000_000 + (i * 7) + bump, 8);
            var high = new ScaledDecimal(low.Mantissa + 100 + (i % 5), 8);
            builder.Add(new Bar(
                Start + (i * MinuteMs), low, high, low, high, new ScaledDecimal(i * 13L, 3),
                optional ? new ScaledDecimal((low.Mantissa * 10) + 5, 9) : null,
                optional ? i : null));
        }

        return builder.Build();
    }

    protected static BarBlock Block(params Bar[] bars)
    {
        var builder = new BarBlockBuilder("test", bars.Length);
        foreach (var bar in bars)
            builder.Add(bar);
        return builder.Build();
    }

    /// <summary>A bar at a minute from <see cref="Start"/> with one price.</summary>
    protected static Bar Flat(int minute, long price, long? volume = null, long? vwap = null, long? trades = null) => new(
        Start + (minute * MinuteMs), new(price, 0), new(price, 0), new(price, 0), new(price, 0),
        volume is { } v ? new ScaledDecimal(v, 0) : null, vwap is { } w ? new ScaledDecimal(w, 0) : null, trades);

    protected static Task<WriteResult> WriteAsync(IBarStore store, Series series, BarBlock bars, TimeRange? fetched = null) =>
        store.WriteAsync(series, new BarWrite(bars, Provenance.Unknown, fetched), Cancellation);

    /// <summary>All bars of a query in ascending order. Fails on an empty block, and on blocks out of order.</summary>
    protected static async Task<List<Bar>> ReadAsync(IBarStore store, Series series, BarQuery query)
    {
        var blocks = new List<BarBlock>();
        await foreach (var block in store.ReadAsync(series, query, Cancellation))
            blocks.Add(block);
        if (query.NewestFirst)
            blocks.Reverse();
        Assert.All(blocks, block => Assert.True(block.Count > 0));
        Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.True(pair.First.LastMs < pair.Second.FirstMs));
        return [.. blocks.SelectMany(Bars)];
    }

    protected static Task<List<Bar>> ReadAllAsync(IBarStore store, Series series) => ReadAsync(store, series, new BarQuery(TimeRange.All));

    protected static IEnumerable<Bar> Bars(BarBlock block) => Enumerable.Range(0, block.Count).Select(block.At);
}
