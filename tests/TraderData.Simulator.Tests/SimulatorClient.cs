using System.Net;
using System.Text;
using System.Text.Json;

namespace TraderData.Simulator.Tests;

/// <summary>A running simulator and a client for it.</summary>
internal sealed class SimulatorClient : IAsyncDisposable
{
    private SimulatorClient(SimulatorHost host, FixedClock clock) =>
        (Host, Clock, Http) = (host, clock, new HttpClient { BaseAddress = host.BaseUrl });

    public SimulatorHost Host { get; }

    public FixedClock Clock { get; }

    public HttpClient Http { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SimulatorClient> StartAsync(Action<SimulatorOptions>? configure = null, string now = "2026-11-20T15:00:00Z")
    {
        var clock = new FixedClock(now);
        var options = new SimulatorOptions { Clock = clock, ShortPages = false };
        configure?.Invoke(options);
        return new SimulatorClient(await SimulatorHost.StartAsync(options, Token), clock);
    }

    public async Task<Answer> GetAsync(string url, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await Http.SendAsync(request, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => h.Value.First(), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, body, all);
    }

    public async Task<Kline[]> KlinesAsync(string symbol, string interval, string rest = "")
    {
        var answer = await GetAsync($"/api/v3/klines?symbol={Uri.EscapeDataString(symbol)}&interval={interval}{rest}");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        return [.. JsonDocument.Parse(answer.Body).RootElement.EnumerateArray().Select(Kline.Of)];
    }

    public async Task<(Dictionary<string, AlpacaBar[]> Bars, string? Next)> BarsAsync(string pathAndQuery)
    {
        var answer = await GetAsync(pathAndQuery);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        var root = JsonDocument.Parse(answer.Body).RootElement;
        var bars = root.GetProperty("bars").EnumerateObject().ToDictionary(s => s.Name, s => s.Value.EnumerateArray().Select(AlpacaBar.Of).ToArray());
        return (bars, root.GetProperty("next_page_token").GetString());
    }

    public async Task<Answer> PostAsync(string url, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(url, content, Token);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(Token), []);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
    }
}

internal sealed record Answer(HttpStatusCode Status, string Body, Dictionary<string, string> Headers);

internal sealed record Kline(
    long Time, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, long CloseTime, decimal Quote, long Trades, decimal Taker, decimal TakerQuote, string Raw)
{
    public static Kline Of(JsonElement row) => new(
        row[0].GetInt64(), Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5]), row[6].GetInt64(), Number(row[7]),
        row[8].GetInt64(), Number(row[9]), Number(row[10]), row.GetRawText());

    private static decimal Number(JsonElement text) => decimal.Parse(text.GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}

internal sealed record AlpacaBar(long Time, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, long Trades, decimal Vwap, string Raw)
{
    public static AlpacaBar Of(JsonElement row) => new(
        FixedClock.Parse(row.GetProperty("t").GetString()!), row.GetProperty("o").GetDecimal(), row.GetProperty("h").GetDecimal(), row.GetProperty("l").GetDecimal(),
        row.GetProperty("c").GetDecimal(), row.GetProperty("v").GetDecimal(), row.GetProperty("n").GetInt64(), row.GetProperty("vw").GetDecimal(), row.GetRawText());
}
