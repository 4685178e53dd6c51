namespace TraderData.Api.Tests;

public sealed class OhlcvTests
{
    [Fact]
    public async Task Latest_bars_come_newest_first()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.GetAsync("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&limit=2");
        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.ContentHeaders.ContentType?.ToString());
        Assert.Equal(answer.Text.Length, answer.ContentHeaders.ContentLength);
        Assert.StartsWith(
            """{"success":true,"data":[{"symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2024-02-01T02:00:00Z","open":42401.5,"high":42450,"low":42250,"close":42388.88,"volume":950.123456789},{"symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2024-02-01T01:00:00Z","open":42546.02,"high":42590.25,"low":42398.34,"close":42401.51,"volume":null}],"next_cursor":""",
            answer.Text,
            StringComparison.Ordinal);
    }
}
