using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Api.Tests;

public sealed class BarRowsTests
{
    private static readonly Series Series = new("binance", "BTCUSDT", Timeframe.M1);

    private static readonly BarRequest Request = new(Series.Symbol, Series.Timeframe, TimeRange.All, NewestFirst: true);

    [Fact]
    public void Write_gives_any_time_as_the_platform_formats_it()
    {
        // Days with and without milliseconds side by side, before 1970, at the ends of what can be stored.
        var random = new Random(7);
        var times = new SortedSet<long> { TimeText.MinMs, TimeText.MinMs + 1, TimeText.MaxMs - 1, -1, 0, 1, 999, 1_000, 86_399_999, 86_400_000 };
        for (var i = 0; i < 2_000; i++)
            times.Add(random.NextInt64(random.Next(2) == 0 ? 400_000_000 : TimeText.MaxMs) * (random.Next(3) == 0 ? -1 : 1) / (random.Next(2) == 0 ? 1 : 1_000) * (random.Next(2) == 0 ? 1 : 1_000));
        times.RemoveWhere(t => t is < TimeText.MinMs or >= TimeText.MaxMs);
        var builder = new BarBlockBuilder("times");
        foreach (var time in times)
            builder.Add(new Bar(time, Sample.Number("1"), Sample.Number("1"), Sample.Number("1"), Sample.Number("1"), null));
        var block = builder.Build();
        var backward = Render(Rows(BarAnswer.Ohlcv), block, block.Count - 1, -1);
        Assert.Equal(string.Join(',', times.Reverse().Select(Row)), backward);
        Assert.Equal(string.Join(',', times.Select(Row)), Render(Rows(BarAnswer.Ohlcv), block, 0, 1));
        Assert.Equal(
            string.Join(',', times.Select(t => $"{{\"timestamp\":{t.ToString(CultureInfo.InvariantCulture)},\"open\":1,\"high\":1,\"low\":1,\"close\":1,\"volume\":null}}")),
            Render(Rows(BarAnswer.Candles), block, 0, 1));
    }

    [Fact]
    public void Write_of_the_longest_row_stays_within_its_bound()
    {
        var longest = new ScaledDecimal(ScaledDecimal.MaxMantissa, 18);
        var builder = new BarBlockBuilder("long");
        builder.Add(new Bar(TimeText.MaxMs - 1, longest, longest, longest, longest, longest));
        var block = builder.Build();
        var series = new Series("binance", new string('币', Series.MaxSymbolLength), Timeframe.Parse("10000m"));
        foreach (var format in new[] { AnswerFormat.Json, AnswerFormat.Csv, AnswerFormat.NdJson })
        {
            foreach (var fields in new[] { null, BarAnswer.Ohlcv.KnownFields, [BarAnswer.Ohlcv.KnownFields[^1]] })
            {
                var rows = BarAnswer.Ohlcv.Rows(Request with { Format = format, Fields = fields }, series, isFirst: false);
                var buffer = new byte[rows.MaxRowBytes];
                Assert.Equal(1, rows.Write(block, 0, 1, 1, buffer, out var bytes));
                Assert.Contains(fields?.Count == 1 ? "binance" : "0.999999999999999999", Encoding.UTF8.GetString(buffer, 0, bytes), StringComparison.Ordinal);
                Assert.Equal(0, rows.Write(block, 0, 1, 1, buffer.AsSpan(1), out bytes));
                Assert.Equal(0, bytes);
            }
        }
    }

    private static string Row(long time) => $"{{\"symbol\":\"BTCUSDT\",\"timeframe\":\"1m\",\"bar_ts\":\"{ModelTime.Iso(time)}\",\"open\":1,\"high\":1,\"low\":1,\"close\":1,\"volume\":null}}";

    private static IBarRows Rows(BarAnswer answer) => answer.Rows(Request, Series, isFirst: true);

    private static string Render(IBarRows rows, BarBlock block, int from, int step)
    {
        var buffer = new byte[rows.MaxRowBytes * (block.Count + 1)];
        Assert.Equal(block.Count, rows.Write(block, from, step, block.Count, buffer, out var bytes));
        return Encoding.UTF8.GetString(buffer, 0, bytes);
    }
}
