using System.Globalization;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>
/// A series that was written, then restated in part. The numbers are random: many scales side by side, unknown volumes, vwaps and trades, 18 digits before the
/// point or behind it, holes of one bar and of many.
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

    /// <summary>What was held: nothing at first, then all bars, then some of them with other values.</summary>
    public IReadOnlyList<ModelRows> Versions { get; private set; } = [];

    public List<long> Times => Versions[^1].Times;

    /// <summary>All bars as they were first.</summary>
    public BarBlock Bars { get; private set; } = BarBlock.Empty;

    /// <summary>Those that were restated.</summary>
    public BarBlock Restated { get; private set; } = BarBlock.Empty;

    /// <summary>The series that this one is made of; null when it is held.</summary>
    public ModelSeries? MadeOf { get; private init; }

    public SeriesShape Shape { get; private init; } = null!;

    public static ModelSeries Make(Random random, SeriesShape shape)
    {
        var start = DateTimeOffset.Parse(shape.Start, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        TimeRange? fetched = shape.IsFetched ? new TimeRange(start - (3 * shape.DurationMs), start + (shape.Rows * shape.DurationMs * 2)) : null;
        var series = new ModelSeries(shape.Source, shape.Symbol, shape.Timeframe, shape.DurationMs, fetched) { Shape = shape };
        var (first, then) = (series.NoRows(), series.NoRows());
        var (bars, restated) = (new BarBlockBuilder(shape.Symbol), new BarBlockBuilder(shape.Symbol));
        var time = start;
        for (var i = 0; i < shape.Rows; i++)
        {
            var cells = series.AddBar(bars, random, time);
            first.Add(time, cells);
            then.Add(time, random.Next(15) == 0 ? Over(cells, series.AddBar(restated, random, time)) : cells);
            time += shape.DurationMs * (random.Next(40) == 0 ? random.Next(2, 40) : 1);
        }

        (series.Bars, series.Restated, series.Versions) = (bars.Build(), restated.Build(), [series.NoRows(), first, then]);
        return series;
    }

    /// <summary>The series of a coarser timeframe that is made of this one.</summary>
    /// <param name="timeframe">Its name.</param>
    /// <param name="durationMs">How long a bar is.</param>
    /// <param name="completeOnly">Without those that lack a bar of this series.</param>
    public ModelSeries MakeCoarser(string timeframe, long durationMs, bool completeOnly)
    {
        var made = new ModelSeries(Source, Symbol, timeframe, durationMs, Fetched) { Shape = Shape, MadeOf = this };
        made.Versions = [.. Versions.Select(rows => ModelBuckets.Make(this, rows, made, made.NoRows(), completeOnly))];
        return made;
    }

    private static (ScaledDecimal Value, string Text) Number(long mantissa, int scale)
    {
        var text = (new decimal((int)mantissa, (int)(mantissa >> 32), 0, isNegative: false, (byte)scale)).ToString("0.##################", CultureInfo.InvariantCulture);
        return (new ScaledDecimal(mantissa, scale), text);
    }

    // What a restatement does not say stays as it was.
    private static string?[] Over(string?[] before, string?[] after) => [.. after.Select((cell, i) => cell ?? before[i])];

    private ModelRows NoRows() => new(Source, Symbol, Timeframe);

    private string?[] AddBar(BarBlockBuilder builder, Random random, long time)
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
        (ScaledDecimal Value, string Text)? vwap = Shape.HasVwap && random.Next(5) > 0 ? Number(random.NextInt64(Shape.MaxPrice), Shape.PriceScale) : null;
        long? trades = Shape.HasVwap && random.Next(9) > 0 ? random.Next(1_000) : null;
        builder.Add(new Bar(time, open.Value, high.Value, low.Value, close.Value, volume?.Value, vwap?.Value, trades));
        return [open.Text, high.Text, low.Text, close.Text, volume?.Text, vwap?.Text, trades?.ToString(CultureInfo.InvariantCulture)];
    }
}

/// <summary>What a random series looks like.</summary>
internal sealed record SeriesShape(string Source, string Symbol, string Timeframe, long DurationMs, string Start, int Rows, bool IsFetched)
{
    public int PriceScale { get; init; } = 2;

    public long MaxPrice { get; init; } = 9_999_999;

    public int VolumeScale { get; init; } = 5;

    public long MaxVolume { get; init; } = 9_999_999_999;

    public bool HasVwap { get; init; }

    /// <summary>What was fetched was asked for twice.</summary>
    public bool IsVerified { get; init; }

    /// <summary>Sums of its volumes fit in 18 digits.</summary>
    public bool CanBeSummed => MaxVolume < 1_000_000_000_000;
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
