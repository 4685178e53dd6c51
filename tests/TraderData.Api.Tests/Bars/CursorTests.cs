namespace TraderData.Api.Tests;

public sealed class CursorTests
{
    private const string Query = "/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&limit=2&order=asc";

    [Theory]
    [InlineData("", "&as_of=2024-02-26")]
    [InlineData("&as_of=2024-02-26", "")]
    [InlineData("&as_of=2024-02-26", "&as_of=2024-02-27")]
    [InlineData("", "&complete=true")]
    [InlineData("", "&start=2024-01-01")]
    [InlineData("&end=2024-03-01", "&end=2024-03-02")]
    public async Task Cursor_of_another_query_is_refused(string one, string other)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var cursor = (await api.GetAsync($"{Query}{one}&format=csv"))["X-Next-Cursor"];
        Assert.Equal(200, (await api.GetAsync($"{Query}{one}&cursor={cursor}")).Status);
        var answer = await api.GetAsync($"{Query}{other}&cursor={cursor}");
        Assert.Equal(400, answer.Status);
        Assert.Contains("\"BAD_CURSOR\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json", "")]
    [InlineData("csv", "&fields=close")]
    [InlineData("ndjson", "&limit=1&complete=false")]
    [InlineData("parquet", "&fields=close,bar_ts")]
    public async Task Cursor_goes_on_in_another_format_with_other_fields_and_limits(string format, string other)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var cursor = (await api.GetAsync($"{Query}&format=csv"))["X-Next-Cursor"];
        var answer = await api.GetAsync($"{Query.Replace("&limit=2", "", StringComparison.Ordinal)}&format={format}{other}&cursor={cursor}");
        Assert.Equal(200, answer.Status);
    }
}
