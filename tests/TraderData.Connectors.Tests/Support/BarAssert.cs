using System.Globalization;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>Compares blocks with text by way of <see cref="decimal"/>, which shares no code with the parsers.</summary>
internal static class BarAssert
{
    public static void Same(IReadOnlyList<WireRow> expected, IReadOnlyList<BarPage> pages)
    {
        Assert.Equal(expected.Count, pages.Sum(p => p.Bars.Count));
        var i = 0;
        foreach (var bar in pages.SelectMany(p => Enumerable.Range(0, p.Bars.Count).Select(p.Bars.At)))
            Same(expected[i++], bar);
    }

    public static void Same(WireRow expected, Bar bar)
    {
        Assert.Equal(TimeText.Iso(expected.TimeMs), TimeText.Iso(bar.TimeMs));
        Assert.Equal(
            (Number(expected.Open), Number(expected.High), Number(expected.Low), Number(expected.Close), Number(expected.Volume)),
            (bar.Open.ToDecimal(), bar.High.ToDecimal(), bar.Low.ToDecimal(), bar.Close.ToDecimal(), bar.Volume!.Value.ToDecimal()));
        Assert.Equal(expected.Trades, bar.Trades);
        Assert.Equal(expected.Vwap is { } vwap ? Number(vwap) : null, bar.Vwap?.ToDecimal());
    }

    /// <summary>The promise of <see cref="IMarketDataSource.FetchBarsAsync"/> about answered ranges.</summary>
    public static void Follows(IReadOnlyList<BarPage> pages, long startMs, long endMs)
    {
        foreach (var page in pages)
        {
            Assert.Equal(startMs, page.Answered.StartMs);
            Assert.False(page.Answered.IsEmpty);
            Assert.True(page.Bars.Count == 0 || (page.Answered.Contains(page.Bars.FirstMs) && page.Answered.Contains(page.Bars.LastMs)));
            startMs = page.Answered.EndMs;
        }

        Assert.Equal(TimeText.Iso(endMs), TimeText.Iso(startMs));
    }

    private static decimal? Number(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
