using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>All series of the property test, in the model and in a store.</summary>
internal sealed class ModelMarket
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    /// <summary>When all bars were written.</summary>
    public static readonly long WrittenMs = Sample.Ms("2024-03-01T10:00:00Z");

    /// <summary>When some were restated.</summary>
    public static readonly long RestatedMs = Sample.Ms("2024-03-01T11:00:00Z");

    private const long EighteenNines = 999_999_999_999_999_999;

    private static readonly SeriesShape[] Shapes =
    [
        new("binance", "BTCUSDT", "1m", Minute, "2024-01-29T13:07:00Z", 6_000, IsFetched: true),
        new("binance", "BTCUSDT", "5m", 5 * Minute, "2024-02-20T00:00:00Z", 2_500, IsFetched: true) { HasVwap = true, IsVerified = true },
        new("binance", "BTCUSDT", "1h", Hour, "2023-11-01T00:00:00Z", 2_500, IsFetched: false),
        new("binance", "BTCUSDT", "1d", Day, "2018-01-01T00:00:00Z", 1_500, IsFetched: true),
        new("binance", "BTCUSDT", "1w", 7 * Day, "1969-12-29T00:00:00Z", 200, IsFetched: false),
        new("binance", "PEPEUSDT", "1h", Hour, "2023-12-25T00:00:00Z", 1_500, IsFetched: true) { PriceScale = 18, MaxPrice = EighteenNines, VolumeScale = 2, MaxVolume = EighteenNines },
        new("binance", "WHOLE", "15m", 15 * Minute, "2023-12-31T00:00:00Z", 1_200, IsFetched: false) { PriceScale = 0, MaxPrice = EighteenNines, VolumeScale = 18, MaxVolume = EighteenNines },
        new("binance", "币安人生USDT", "4h", 4 * Hour, "2022-01-01T00:00:00Z", 700, IsFetched: true) { PriceScale = 8, VolumeScale = 0 },
        new("alpaca", "BTC/USD", "30m", 30 * Minute, "2024-01-15T00:00:00Z", 900, IsFetched: false) { PriceScale = 9, VolumeScale = 9 },
        new("alpaca", "AAPL", "1d", Day, "2021-01-01T05:00:00Z", 800, IsFetched: true) { PriceScale = 4, VolumeScale = 0, HasVwap = true },
        new("alpaca", "BRK.B", "1m", Minute, "2024-02-28T14:30:00Z", 800, IsFetched: true) { IsVerified = true, PriceScale = 4, VolumeScale = 0 },
        new("import", "ONE", "1d", Day, "2024-01-01T00:00:00Z", 1, IsFetched: false),
        new("import", "NONE-YET", "1h", Hour, "2024-01-01T00:00:00Z", 0, IsFetched: true),
        new("import", "FOUR_H", "4h", 4 * Hour, "2024-01-01T00:00:00Z", 300, IsFetched: false),
    ];

    private readonly ConcurrentDictionary<(string Symbol, string Timeframe, bool CompleteOnly), ModelSeries?> _made = new();

    private ModelMarket(IReadOnlyList<ModelSeries> series) => Series = series;

    public IReadOnlyList<ModelSeries> Series { get; }

    public static ModelMarket Make(Random random) => new([.. Shapes.Select(shape => ModelSeries.Make(random, shape))]);

    /// <summary>The series of a name: held, or made of the coarsest held one that divides it; null when there is none.</summary>
    public ModelSeries? Find(string? symbol, string? timeframe, bool completeOnly)
    {
        var held = Series.Where(s => s.Symbol == symbol).ToList();
        if (held.Count == 0 || !Timeframe.TryParse(timeframe, out var wanted) || wanted.ToString() != timeframe)
            return null;
        return held.Find(s => s.Timeframe == timeframe) ?? _made.GetOrAdd((symbol!, timeframe, completeOnly), _ => held
            .Where(s => Timeframe.Parse(s.Timeframe).Divides(wanted))
            .OrderByDescending(s => s.Times.Count > 0).ThenByDescending(s => s.DurationMs).FirstOrDefault()?.MakeCoarser(timeframe, wanted.DurationMs, completeOnly));
    }

    /// <summary>Puts every series into a store, in two halves that overlap, so that partitions are merged; then restates some bars.</summary>
    public async Task FillAsync(IBarStore store, SettableTime clock, CancellationToken cancellationToken)
    {
        clock.NowMs = WrittenMs;
        foreach (var series in Series)
        {
            var (half, overlap) = (series.Bars.Count / 2, Math.Min(series.Bars.Count / 2, 10));
            await store.WriteAsync(NameOf(series), new BarWrite(series.Bars.Slice(0, half + overlap), ProvenanceOf(series)), cancellationToken);
            await store.WriteAsync(NameOf(series), new BarWrite(series.Bars.Slice(half, series.Bars.Count - half), ProvenanceOf(series), series.Fetched) { IsSecondAsk = series.Shape.IsVerified }, cancellationToken);
        }

        clock.NowMs = RestatedMs;
        foreach (var series in Series.Where(s => s.Restated.Count > 0))
            await store.WriteAsync(NameOf(series), new BarWrite(series.Restated, ProvenanceOf(series)), cancellationToken);
    }

    private static Series NameOf(ModelSeries series) => new(series.Source, series.Symbol, Timeframe.Parse(series.Timeframe));

    private static Provenance ProvenanceOf(ModelSeries series) => new(series.IsStock ? AssetClass.Stock : AssetClass.Crypto);
}
