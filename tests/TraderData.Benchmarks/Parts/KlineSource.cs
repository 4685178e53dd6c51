using TraderData.Connectors;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>An exchange whose answers are in memory, a month of one series after the other: klines, parsed each time they are asked for.</summary>
internal sealed class KlineSource(Series series, BarBlock bars) : IMarketDataSource
{
    private readonly (TimeRange Month, ReadOnlyMemory<byte>[] Answers)[] _months =
        [.. Partition.Split(series.Timeframe, bars).Select(month => (month.Partition.Range, AnswersOf(month.Bars)))];

    public string Name => series.Source;

    public IReadOnlyList<Timeframe> Timeframes => [series.Timeframe];

    public SourceCosts Costs => new(1_000, 2, 6_000, 60);

    public Provenance ProvenanceOf(string symbol) => new(AssetClass.Crypto);

    public Task<long> GetTimeAsync(CancellationToken cancellationToken) => Task.FromResult(bars.LastMs + series.Timeframe.DurationMs);

    public IAsyncEnumerable<Instrument> ListInstrumentsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<BarPage> FetchBarsAsync(string symbol, Timeframe timeframe, TimeRange range, CancellationToken cancellationToken) =>
        Pages(range).ToAsyncEnumerable();

    /// <summary>All bars, parsed.</summary>
    public IEnumerable<BarBlock> ParseAll() => _months.SelectMany(month => month.Answers).Select(Parse);

    private static ReadOnlyMemory<byte>[] AnswersOf(BarBlock month)
    {
        using var text = new MemoryStream();
        KlinePages.Write(month, text);
        return PartFolder.LinesOf(text.ToArray());
    }

    private BarBlock Parse(ReadOnlyMemory<byte> answer) => KlineParser.Parse(answer.Span, series, TimeRange.All, TimeText.MaxMs).Bars;

    private IEnumerable<BarPage> Pages(TimeRange range)
    {
        var start = range.StartMs;
        foreach (var answer in _months.Where(month => !month.Month.Intersect(range).IsEmpty).SelectMany(month => month.Answers))
        {
            var page = Parse(answer);
            var end = page.LastMs + series.Timeframe.DurationMs;
            yield return new BarPage(page, new TimeRange(start, end));
            start = end;
        }
    }
}
