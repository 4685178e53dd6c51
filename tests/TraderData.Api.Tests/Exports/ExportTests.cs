using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TraderData.Exports;

namespace TraderData.Api.Tests;

/// <summary>Exports that are asked for, followed and downloaded over HTTP.</summary>
public sealed class ExportTests
{
    private const string Order = """{"symbol":"BTCUSDT","timeframe":"1h","start":"2024-01-31","end":"2024-02-02","as_of":"2024-03-01T00:00:00Z"}""";

    [Fact]
    public async Task Export_is_made_followed_and_downloaded_with_its_checksum_and_manifest()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var first = await PostAsync(api, Order);
        Assert.Equal(202, first.Status);
        var id = Data(first).GetProperty("id").GetString()!;
        Assert.Equal($"/api/exports/{id}", first["Location"]);

        var done = await EndAsync(api, id);
        Assert.Equal(("done", "BTCUSDT_1h_20240131_20240202.csv", 5L, 43L), (Text(done, "status"), Text(done, "file"), done.GetProperty("rows").GetInt64(), done.GetProperty("missing_bars").GetInt64()));
        var file = await api.GetAsync($"/api/exports/{id}/file");
        Assert.StartsWith("timestamp,open,high,low,close,volume\n1706731200000,42870.13,42933.9,42810,42919.99,812.44102\n", file.Text, StringComparison.Ordinal);
        Assert.Equal((long)file.Bytes.Length, done.GetProperty("bytes").GetInt64());
        Assert.Contains("BTCUSDT_1h_20240131_20240202.csv", file["Content-Disposition"], StringComparison.Ordinal);
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(file.Bytes))}  BTCUSDT_1h_20240131_20240202.csv\n", (await api.GetAsync($"/api/exports/{id}/file.sha256")).Text);
        using var manifest = JsonDocument.Parse((await api.GetAsync($"/api/exports/{id}/file.manifest.json")).Text);
        Assert.Equal("2024-03-01T00:00:00Z", manifest.RootElement.GetProperty("as_of").GetString());

        var part = await api.SendAsync(HttpMethod.Get, $"/api/exports/{id}/file", ("Range", "bytes=10-19"));
        Assert.Equal((206, file.Text[10..20]), (part.Status, part.Text));

        // The same order is the same file, which is there.
        var again = await PostAsync(api, Order);
        Assert.Equal((200, id, "done"), (again.Status, Text(Data(again), "id"), Text(Data(again), "status")));
        Assert.Equal([id], Data(await api.GetAsync("/api/exports")).EnumerateArray().Select(e => Text(e, "id")));
        await MatchesDocumentAsync(api, await api.GetAsync("/api/exports"));
    }

    [Fact]
    public async Task Export_that_is_not_to_have_holes_says_how_many_there_are_and_has_no_file()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var id = Text(Data(await PostAsync(api, Order.Replace("}", ",\"on_gap\":\"fail\"}", StringComparison.Ordinal))), "id")!;
        var ended = await EndAsync(api, id);
        Assert.Equal(("incomplete", "43 bars are missing or lack parts"), (Text(ended, "status"), Text(ended, "error")));
        var file = await api.GetAsync($"/api/exports/{id}/file");
        Assert.Equal((404, true), (file.Status, file.Text.Contains("has no file", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{}""", 400, "symbol is required")]
    [InlineData("""{"symbol":"btcusdt","timeframe":"60m","start":"x","end":5,"format":"xls","extended":1}""", 400, "details tell of more")]
    [InlineData("""{"symbol":"BTCUSDT","timeframe":"1h","start":"2024-02-02","end":"2024-01-31"}""", 400, "start must be before end")]
    [InlineData("""{"symbol":"BTCUSDT","timeframe":"1h","start":"2024-01-31","end":"2024-02-02","as_of":"2030-01-01"}""", 400, "as_of must not be in the future")]
    [InlineData("""{"symbol":"NONE","timeframe":"1h","start":"2024-01-31","end":"2024-02-02"}""", 404, "nothing is held of NONE")]
    [InlineData("""{"symbol":"BTCUSDT","timeframe":"5m","start":"2024-01-31","end":"2024-02-02"}""", 404, "it is at 1h, 1d")]
    [InlineData("""no""", 400, "not JSON")]
    public async Task Wrong_order_is_refused_with_what_is_wrong(string body, int status, string says)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await PostAsync(api, body);
        Assert.Equal((status, true), (answer.Status, answer.Text.Contains(says, StringComparison.Ordinal)));
        Assert.Empty(Data(await api.GetAsync("/api/exports")).EnumerateArray());
    }

    [Fact]
    public async Task Unknown_export_and_unknown_file_are_told_apart()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        foreach (var path in new[] { "/api/exports/abc", "/api/exports/abc/file" })
            Assert.Contains("UNKNOWN_EXPORT", (await api.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Contains("file.sha256", (await api.GetAsync("/api/exports/abc/other")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_without_the_operators_key_makes_none()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        Assert.Equal(403, (await PostAsync(api, Order, ("Origin", api.Address.ToString().TrimEnd('/')))).Status);
    }

    [Fact]
    public async Task Removed_export_is_gone_with_its_files_and_is_made_again_the_same()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var id = Text(Data(await PostAsync(api, Order)), "id")!;
        await EndAsync(api, id);
        var bytes = (await api.GetAsync($"/api/exports/{id}/file")).Bytes;

        var removed = await api.SendAsync(HttpMethod.Delete, $"/api/exports/{id}");
        Assert.Equal((200, "done"), (removed.Status, Text(Data(removed), "status")));
        foreach (var path in new[] { $"/api/exports/{id}", $"/api/exports/{id}/file" })
            Assert.Contains("UNKNOWN_EXPORT", (await api.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await api.SendAsync(HttpMethod.Delete, $"/api/exports/{id}")).Status);

        Assert.Equal(202, (await PostAsync(api, Order)).Status);
        await EndAsync(api, id);
        Assert.Equal(bytes, (await api.GetAsync($"/api/exports/{id}/file")).Bytes);
    }

    [Fact]
    public async Task Open_export_is_not_removed_and_a_page_without_the_key_removes_none()
    {
        using var held = new SemaphoreSlim(0);
        var store = new FaultyStore(await Sample.StoreAsync()) { AfterBlock = (_, token) => held.WaitAsync(token) };
        await using var api = await ApiHost.StartAsync(store);
        var id = Text(Data(await PostAsync(api, Order)), "id")!;
        Assert.Equal(403, (await api.SendAsync(HttpMethod.Delete, $"/api/exports/{id}", ("Origin", api.Address.ToString().TrimEnd('/')))).Status);
        var refused = await api.SendAsync(HttpMethod.Delete, $"/api/exports/{id}");
        Assert.Equal((409, true), (refused.Status, refused.Text.Contains("EXPORT_OPEN", StringComparison.Ordinal)));
        held.Release(10_000);
        Assert.Equal("done", Text(await EndAsync(api, id), "status"));
    }

    [Fact]
    public async Task More_than_may_wait_are_told_to_come_again()
    {
        using var held = new SemaphoreSlim(0);
        var store = new FaultyStore(await Sample.StoreAsync()) { AfterBlock = (_, token) => held.WaitAsync(token) };
        await using var api = await ApiHost.StartAsync(store);
        var statuses = new List<int>();
        for (var i = 0; i < ExportDesk.MostWaiting + 2; i++)
            statuses.Add((await PostAsync(api, Order.Replace("2024-02-02", $"2024-02-02T00:00:{i:00}Z", StringComparison.Ordinal))).Status);
        Assert.Equal([.. Enumerable.Repeat(202, ExportDesk.MostWaiting + 1), 503], statuses);
        held.Release(10_000);
    }

    private static async Task<Answer> PostAsync(ApiHost api, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/exports", UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }

    private static async Task<JsonElement> EndAsync(ApiHost api, string id)
    {
        while (true)
        {
            var data = Data(await api.GetAsync($"/api/exports/{id}"));
            if (Text(data, "status") is not ("queued" or "running"))
                return data;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static async Task MatchesDocumentAsync(ApiHost api, Answer list)
    {
        using var document = JsonDocument.Parse((await api.GetAsync("/openapi/v1.json")).Text);
        using var json = JsonDocument.Parse(list.Text);
        var check = new SchemaCheck(document.RootElement);
        Assert.Null(check.FindFault(check.Resolve("#/components/schemas/ExportsAnswer"), json.RootElement));
    }

    private static JsonElement Data(Answer answer)
    {
        using var json = JsonDocument.Parse(answer.Text);
        return json.RootElement.GetProperty("data").Clone();
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
