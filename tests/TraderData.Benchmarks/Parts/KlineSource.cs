using TraderData.Connectors;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>An exchange whose answers are in memory: klines of one series, parsed each time they are asked for.</summary>
internal sealed class KlineSource(ReadOnlyMemory<byte>[] answers, Series series) : IMarketDataSource
{
    private readonly TimeRange[] _ranges = [.. answers.Select(answer => RangeOf(Parse(answer, series, TimeRange.All)))];

    public string Name => series.Source;

    public IReadOnlyList<Timeframe> Timeframes => [series.Timeframe];

    public Provenance ProvenanceOf(string symbol) => new(AssetClass.Crypto);

    public Task<long> GetTimeAsync(CancellationToken cancellationToken) => Task.FromResult(TimeText.MaxMs);

    public IAsyncEnumerable<Instrument> ListInstrumentsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<BarPage> FetchBarsAsync(string symbol, Timeframe timeframe, TimeRange range, CancellationToken cancellationToken) =>
        Pages(range).ToAsyncEnumerable();

    /// <summary>All answers.</summary>
    public IEnumerable<BarPage> ParseAll() => Pages(TimeRange.All);

    private static BarBlock Parse(ReadOnlyMemory<byte> answer, Series series, TimeRange range) =>
        KlineParser.Parse(answer.Span, series, range, TimeText.MaxMs).Bars;

    private static TimeRange RangeOf(BarBlock bars) => new(bars.FirstMs, bars.LastMs + 1);

    // A page is everything up to where the next one begins.
    private IEnumerable<BarPage> Pages(TimeRange range)
    {
        var start = range.StartMs;
        for (var i = 0; i < answers.Length; i++)
        {
            if (_ranges[i].Intersect(range).IsEmpty)
                continue;
            var end = i + 1 < answers.Length ? Math.Min(_ranges[i + 1].StartMs, range.EndMs) : range.EndMs;
            yield return new BarPage(Parse(answers[i], series, range), new TimeRange(start, end));
            start = end;
        }
    }
}
