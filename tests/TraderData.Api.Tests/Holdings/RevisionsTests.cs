using System.Text.Json;
using TraderData.Core;

namespace TraderData.Api.Tests;

public sealed class RevisionsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task Pages_hold_every_old_value_once_and_what_it_became(int limit)
    {
        // Bar i gets i + 1 values, at one millisecond all of them, so that only their order tells them apart.
        var clock = new SettableTime { NowMs = Sample.Ms("2024-02-25") };
        var store = new MemoryBarStore(clock: clock);
        var expected = new List<string>();
        for (var bar = 0; bar < 4; bar++)
        {
            for (var value = 0; value <= bar; value++)
            {
                var builder = new BarBlockBuilder("restated");
                builder.Add(Sample.Bar(TimeText.Iso(LongSeries.Start + (bar * 60_000L)), "10", "20", "5", $"{value + 6}.5", null) with { Trades = value });
                await store.WriteAsync(LongSeries.Series, new BarWrite(builder.Build(), Provenance.Unknown), TestContext.Current.CancellationToken);
                if (value > 0)
                    expected.Add($"00:0{bar} {value + 5}.5/{value - 1} -> {value + 6}.5/{value}");
            }
        }

        await using var api = await ApiHost.StartAsync(store);
        var (actual, cursor) = (new List<string>(), "");
        do
        {
            using var json = JsonDocument.Parse((await api.GetAsync($"/api/data/revisions?symbol=BTCUSDT&tf=1m&limit={limit}{cursor}")).Text);
            var rows = json.RootElement.GetProperty("data").EnumerateArray().ToList();
            Assert.InRange(rows.Count, 1, limit);
            actual.AddRange(rows.Select(row => $"{row.GetProperty("bar_ts").GetString()![11..16]} {Shown(row, "was")} -> {Shown(row, "became")}"));
            cursor = json.RootElement.TryGetProperty("next_cursor", out var next) ? $"&cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal(expected, actual);
        Assert.Equal(400, (await api.GetAsync("/api/data/revisions?symbol=BTCUSDT&tf=1m&cursor=AQAAAAGNYi4GgJqI7JjyzGLM")).Status);
    }

    private static string Shown(JsonElement row, string name) =>
        $"{row.GetProperty(name).GetProperty("close").GetRawText()}/{row.GetProperty(name).GetProperty("trades").GetRawText()}";
}
