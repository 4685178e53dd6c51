using System.Globalization;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>
/// Bars as Binance sends them, 1,000 in an answer: <c>[openTime,"open","high","low","close","volume",closeTime,"quoteVolume",trades,"takerVolume","takerQuoteVolume","0"]</c>,
/// eight digits behind every point.
/// </summary>
internal static class KlinePages
{
    public const int Rows = 1_000;

    private const int WireScale = 8;

    /// <summary>Writes answers, each in a line of its own.</summary>
    public static void Write(BarBlock bars, Stream output)
    {
        using var writer = new StreamWriter(output) { NewLine = "\n" };
        for (var i = 0; i < bars.Count; i++)
        {
            writer.Write(i % Rows == 0 ? '[' : ',');
            WriteRow(bars, i, writer);
            if (i % Rows == Rows - 1 || i == bars.Count - 1)
                writer.WriteLine(']');
        }
    }

    private static void WriteRow(BarBlock bars, int i, StreamWriter writer)
    {
        var volume = Number(bars.Volumes[i], bars.VolumeScale);
        var close = Number(bars.Closes[i], bars.PriceScale);
        var trades = 1 + (bars.Volumes[i] / 1_700);
        writer.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            [{bars.Times[i]},"{Number(bars.Opens[i], bars.PriceScale)}","{Number(bars.Highs[i], bars.PriceScale)}","{Number(bars.Lows[i], bars.PriceScale)}","{close}","{volume}",{bars.Times[i] + Timeframe.M1.DurationMs - 1},"{decimal.Round(volume * close, WireScale):F8}",{trades},"{decimal.Round(volume / 2.1m, WireScale):F8}","{decimal.Round(volume * close / 2.1m, WireScale):F8}","0"]
            """));
    }

    private static decimal Number(long mantissa, int scale)
    {
        _ = new ScaledDecimal(mantissa, scale).TryRescale(WireScale, out var wire);
        return new ScaledDecimal(wire, WireScale).ToDecimal();
    }
}
