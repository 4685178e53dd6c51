using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>
/// A series as plain text: what the API must say of each bar, made without any of the product's decimals, times or renderers. The numbers are random:
/// many scales side by side, unknown volumes, 18 digits before the point or behind it, holes of one bar and of many.
/// </summary>
internal sealed class ModelSeries
{
    private ModelSeries(string source, string symbol, string timeframe, long durationMs, TimeRange? fetched) =>
        (Source, Symbol, Timeframe, DurationMs, Fetched) = (source, symbol, timeframe, durationMs, fetched);

    public string Source { get; }

    public string Symbol { get; }

    public string Timeframe { get; }

    public long DurationMs { get; }

    public TimeRange? Fetched { get; }

    public bool IsStock => Source == "alpaca" && !Symbol.Contains('/', StringComparison.Ordinal);

    public List<long> Times { get; } = [];

    /// <summary>Each bar as an object of /api/marketdata/ohlcv.</summary>
    public List<byte[]> OhlcvRows { get; } = [];

    /// <summary>Each bar as an object of /api/data/candles.</summary>
    public List<byte[]> CandleRows { get; } = [];

    public BarBlock Bars { get; private set; } = BarBlock.Empty;

    public SeriesShape Shape { get; private init; } = null!;

    public static ModelSeries Make(Random random, SeriesShape shape)
    {
        var start = DateTimeOffset.Parse(shape.Start, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        TimeRange? fetched = shape.IsFetched ? new TimeRange(start - (3 * shape.DurationMs), start + (shape.Rows * shape.DurationMs * 2)) : null;
        var series = new ModelSeries(shape.Source, shape.Symbol, shape.Timeframe, shape.DurationMs, fetched) { Shape = shape };
        var builder = new BarBlockBuilder(shape.Symbol);
        var time = start;
        for (var i = 0; i < shape.Rows; i++)
        {
            series.AddBar(builder, random, time);
            time += shape.DurationMs * (random.Next(40) == 0 ? random.Next(2, 40) : 1);
        }

        series.Bars = builder.Build();
        return series;
    }

    public int IndexAtOrAfter(long timeMs)
    {
        var index = Times.BinarySearch(timeMs);
        return index < 0 ? ~index : index;
    }

    private static (ScaledDecimal Value, string Text) Number(long mantissa, int scale)
    {
        var text = (new decimal((int)mantissa, (int)(mantissa >> 32), 0, isNegative: false, (byte)scale)).ToString("0.##################", CultureInfo.InvariantCulture);
        return (new ScaledDecimal(mantissa, scale), text);
    }

    private void AddBar(BarBlockBuilder builder, Random random, long time)
    {
        // Trailing zeros at random, so that the scales of a column's values differ.
        var coarse = (long)Math.Pow(10, random.Next(4) == 0 ? random.Next(Shape.PriceScale + 1) : 0);
        var prices = new long[4];
        for (var i = 0; i < 4; i++)
            prices[i] = Math.Max(random.NextInt64(Shape.MaxPrice) / coarse * coarse, 1);
        Array.Sort(prices);
        var (low, open, close, high) = (Number(prices[0], Shape.PriceScale), Number(prices[1], Shape.PriceScale), Number(prices[2], Shape.PriceScale), Number(prices[3], Shape.PriceScale));
        if (random.Next(2) == 0)
            (open, close) = (close, open);
        (ScaledDecimal Value, string Text)? volume = random.Next(10) switch
        {
            0 => null,
            1 => Number(0, Shape.VolumeScale),
            2 => Number(1, Shape.VolumeScale),
            3 => Number(Shape.MaxVolume, Shape.VolumeScale),
            _ => Number(random.NextInt64(Shape.MaxVolume), Shape.VolumeScale),
        };
        builder.Add(new Bar(time, open.Value, high.Value, low.Value, close.Value, volume?.Value));
        var rest = $"\"open\":{open.Text},\"high\":{high.Text},\"low\":{low.Text},\"close\":{close.Text},\"volume\":{volume?.Text ?? "null"}}}";
        Times.Add(time);
        OhlcvRows.Add(Encoding.UTF8.GetBytes($"{{\"symbol\":\"{Symbol}\",\"timeframe\":\"{Timeframe}\",\"bar_ts\":\"{ModelTime.Iso(time)}\",{rest}"));
        CandleRows.Add(Encoding.UTF8.GetBytes($"{{\"timestamp\":{time.ToString(CultureInfo.InvariantCulture)},{rest}"));
    }
}

/// <summary>What a random series looks like.</summary>
internal sealed record SeriesShape(string Source, string Symbol, string Timeframe, long DurationMs, string Start, int Rows, bool IsFetched)
{
    public int PriceScale { get; init; } = 2;

    public long MaxPrice { get; init; } = 9_999_999;

    public int VolumeScale { get; init; } = 5;

    public long MaxVolume { get; init; } = 9_999_999_999;
}

/// <summary>Times as text, by the platform's own formatting.</summary>
internal static class ModelTime
{
    public static string Iso(long timeMs)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        return time.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
