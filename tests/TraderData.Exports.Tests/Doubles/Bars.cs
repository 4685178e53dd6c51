using System.Text;
using TraderData.Core;

namespace TraderData.Exports.Tests;

/// <summary>Bars for tests, written as a person writes them.</summary>
internal static class Bars
{
    public static readonly Series Btc = new("binance", "BTCUSDT", Timeframe.H1);

    public static long Ms(string iso) => TimeText.TryParse(iso, out var ms) ? ms : throw new FormatException(iso);

    public static TimeRange Range(string start, string end) => new(Ms(start), Ms(end));

    public static ScaledDecimal Number(string digits) =>
        Utf8Decimal.Parse(Encoding.ASCII.GetBytes(digits), out var value) == DecimalParse.Ok ? value : throw new FormatException(digits);

    /// <summary>A block of lines <c>time open high low close volume [vwap trades]</c>; <c>?</c> where a value is not known.</summary>
    public static BarBlock Of(params string[] lines)
    {
        var builder = new BarBlockBuilder("test");
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            builder.Add(new Bar(
                Ms(words[0]), Number(words[1]), Number(words[2]), Number(words[3]), Number(words[4]), Known(words[5]),
                words.Length > 6 ? Known(words[6]) : null,
                words.Length > 7 && words[7] != "?" ? long.Parse(words[7], System.Globalization.CultureInfo.InvariantCulture) : null));
        }

        return builder.Build();

        static ScaledDecimal? Known(string digits) => digits == "?" ? null : Number(digits);
    }

    /// <summary>Flat bars on every hour of a range, priced by their number.</summary>
    public static BarBlock Hours(string start, string end)
    {
        var builder = new BarBlockBuilder("test");
        for (var (ms, i) = (Ms(start), 1); ms < Ms(end); ms += Timeframe.H1.DurationMs, i++)
            builder.Add(new Bar(ms, new(i, 1), new(i, 1), new(i, 1), new(i, 1), new(i, 0)));
        return builder.Build();
    }

    public static async IAsyncEnumerable<BarBlock> Stream(params BarBlock[] blocks)
    {
        foreach (var block in blocks)
        {
            await Task.Yield();
            yield return block;
        }
    }
}
