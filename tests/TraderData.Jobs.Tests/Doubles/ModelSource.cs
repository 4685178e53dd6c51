using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

/// <summary>A source whose bars are a function of symbol and time, and that fails where a test wants it to.</summary>
internal sealed class ModelSource(long nowMs) : IMarketDataSource
{
    public string Name { get; init; } = "model";

    public IReadOnlyList<Timeframe> Timeframes => Timeframe.Standard;

    /// <summary>The source's clock.</summary>
    public long NowMs { get; set; } = nowMs;

    /// <summary>The first bar of every symbol.</summary>
    public long ListedMs { get; init; } = TimeText.MinMs;

    public int PageBars { get; init; } = 100;

    /// <summary>Called before each page, with the symbol and the page's range; throws to fail.</summary>
    public Action<string, TimeRange> BeforePage { get; set; } = (_, _) => { };

    /// <summary>Awaited before each page; holds the source up where a test wants it to.</summary>
    public Func<TimeRange, CancellationToken, Task> BeforePageAsync { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Adds to each close, so that a test can restate bars.</summary>
    public Func<string, long, long> Restated { get; set; } = (_, _) => 0;

    /// <summary>Which times have a bar.</summary>
    public Func<string, long, bool> Has { get; init; } = (_, _) => true;

    /// <summary>What was asked.</summary>
    public ConcurrentQueue<(string Symbol, TimeRange Range)> Asked { get; } = [];

    public SourceCosts Costs => new(PageBars, 2, 6_000, 60);

    public IBarArchive? Archive { get; init; }

    /// <summary>Which feed its bars are of.</summary>
    public string? Feed { get; set; }

    public Provenance ProvenanceOf(string symbol) => new(AssetClass.Crypto, Feed);

    public Task<long> GetTimeAsync(CancellationToken cancellationToken) => Task.FromResult(NowMs);

    /// <summary>What it lists; throws to fail.</summary>
    public Func<IEnumerable<Instrument>> Lists { get; set; } = () => [];

    public async IAsyncEnumerable<Instrument> ListInstrumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var instrument in Lists())
            yield return instrument;
    }

    public async IAsyncEnumerable<BarPage> FetchBarsAsync(
        string symbol, Timeframe timeframe, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked.Enqueue((symbol, range));
        var end = Math.Min(range.EndMs, timeframe.Floor(NowMs));
        for (var start = range.StartMs; start < end;)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            var page = new TimeRange(start, Math.Min(end, timeframe.Ceiling(start) + (PageBars * timeframe.DurationMs)));
            BeforePage(symbol, page);
            await BeforePageAsync(page, cancellationToken);
            yield return new BarPage(Bars(symbol, timeframe, page), page);
            start = page.EndMs;
        }
    }

    /// <summary>All bars of a range, as the source has them.</summary>
    public BarBlock Bars(string symbol, Timeframe timeframe, TimeRange range)
    {
        var builder = new BarBlockBuilder(symbol);
        for (var time = timeframe.Ceiling(Math.Max(range.StartMs, ListedMs)); time < Math.Min(range.EndMs, timeframe.Floor(NowMs)); time += timeframe.DurationMs)
        {
            if (!Has(symbol, time))
                continue;
            var low = 1_000 + (((time / timeframe.DurationMs) + symbol.Length) % 977);
            var close = low + 5 + Restated(symbol, time);
            builder.Add(new Bar(time, new(low + 3, 2), new(close + 9, 2), new(low, 2), new(close, 2), new ScaledDecimal(low * 7, 3), null, low));
        }

        return builder.Build();
    }
}
