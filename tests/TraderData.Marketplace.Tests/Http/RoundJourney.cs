using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using TraderData.Rounds;

namespace TraderData.Marketplace.Tests;

/// <summary>Rounds as the <c>mp</c> command line reads them: listed, looked at, linked to, downloaded, and verified with nothing but what came.</summary>
public sealed class RoundJourney() : MarketTest(null)
{
    private MadeRounds _made = null!;
    private MarketHost _rounds = null!;
    private MpClient? _client;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _made = await MadeRounds.CreateAsync(Time);
        _rounds = await StartAsync(_made.AddTo);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _made.DisposeAsync();
    }

    [Fact]
    public async Task Vendor_lists_looks_at_pulls_and_verifies_a_round()
    {
        var (first, second) = (await _made.PublishAsync("first"), await _made.PublishAsync("second"));
        var mp = await ClientAsync();

        // data list
        var listed = (await mp.GetAsync("/api/rounds?limit=10")).Data.GetProperty("rounds").EnumerateArray().ToArray();
        Assert.Equal([(second, true), (first, false)], listed.Select(r => (r.GetProperty("round_id").GetString()!, r.GetProperty("is_current").GetBoolean())));
        Assert.Equal(1, (await mp.GetAsync("/api/rounds?limit=1")).Data.GetProperty("rounds").GetArrayLength());

        // data info
        var info = await mp.GetAsync("/api/rounds/current");
        Assert.Equal((second, "second", "1.0"), (info["round_id"], info["name"], info["schema_version"]));
        Assert.EndsWith("Z", info["created_at"], StringComparison.Ordinal);
        Assert.False(info.Data.TryGetProperty("expires_at", out _));
        Assert.Equal(info.Text, (await mp.GetAsync($"/api/rounds/{second}")).Text);
        var file = info.Data.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("name").GetString() == "train.csv");
        Assert.Equal(("train", "csv"), (file.GetProperty("type").GetString(), file.GetProperty("format").GetString()));

        // data pull: the links stand in the envelope and beside it.
        var answer = await mp.PostAsync("/api/datasets/signed-urls", """{"round_id":"current"}""");
        Assert.Equal((second, 900), (answer["round_id"], answer.Data.GetProperty("ttl_seconds").GetInt32()));
        foreach (var property in answer.Data.EnumerateObject())
            Assert.Equal(property.Value.GetRawText(), answer.Json.GetProperty(property.Name).GetRawText());
        using var folder = new PulledFolder();
        foreach (var url in answer.Data.GetProperty("urls").EnumerateArray())
        {
            var name = url.GetProperty("name").GetString()!;
            var link = new Uri(url.GetProperty("url").GetString()!);
            Assert.Equal(_rounds.Address.Authority, link.Authority);
            Assert.Matches("sig=[0-9a-f]{64}$", link.Query);
            Assert.DoesNotMatch("train|val|test", link.AbsolutePath.Replace(name, "", StringComparison.Ordinal));
            Assert.Equal(Time.GetUtcNow().AddMinutes(15), url.GetProperty("expires_at").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
            Secret(link.Query.Split("sig=")[1]);
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, name), await Bare.GetByteArrayAsync(link, Cancellation), Cancellation);
        }

        // round verify, with the public keys of the service.
        using var keys = await Bare.GetAsync(new Uri(_rounds.Address, "/.well-known/jwks.json"), Cancellation);
        var set = RoundKeySet.Parse(await keys.Content.ReadAsByteArrayAsync(Cancellation));
        var verified = await RoundVerifier.VerifyAsync(folder.Path, set, null, Cancellation);
        Assert.True(verified.IsSound, $"{verified.Fault}");
        Assert.Equal(second, verified.RoundId);
        await File.AppendAllTextAsync(Path.Combine(folder.Path, "train.csv"), " ", Cancellation);
        Assert.Equal("train.csv", (await RoundVerifier.VerifyAsync(folder.Path, set, null, Cancellation)).Fault?.Where);
    }

    [Fact]
    public async Task File_is_resumed_and_has_its_length_and_type()
    {
        await _made.PublishAsync("hours");
        var link = await LinkAsync("train.csv");
        var whole = await Bare.GetByteArrayAsync(link, Cancellation);

        using var head = await SendAsync(HttpMethod.Head, link);
        Assert.Equal((whole.Length, "text/csv", "bytes"), ((int)head.Content.Headers.ContentLength!, head.Content.Headers.ContentType?.MediaType, head.Headers.AcceptRanges.Single()));
        using var rest = await SendAsync(HttpMethod.Get, link, new RangeHeaderValue(100, null));
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(whole[100..], await rest.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal($"bytes 100-{whole.Length - 1}/{whole.Length}", rest.Content.Headers.ContentRange?.ToString());
        using var behind = await SendAsync(HttpMethod.Get, link, new RangeHeaderValue(whole.Length, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, behind.StatusCode);
        Assert.Equal("application/vnd.apache.parquet", (await SendAsync(HttpMethod.Head, await LinkAsync("train.parquet"))).Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Link_opens_its_own_file_alone_unchanged_in_time_and_while_the_round_is_offered()
    {
        var round = await _made.PublishAsync("hours");
        var other = await _made.PublishAsync("other");
        var link = await LinkAsync("test.csv", round);
        var text = link.AbsoluteUri;
        string[] wrong =
        [
            text.Replace("test.csv", "train.csv", StringComparison.Ordinal),
            text.Replace(round, other, StringComparison.Ordinal),
            text.Replace("exp=", "exp=9", StringComparison.Ordinal),
            text.Replace("exp=1", "exp=2", StringComparison.Ordinal),
            text[..^1] + (text[^1] == '0' ? '1' : '0'),
            text[..^2],
            text + "00",
            text.Split("&sig=")[0],
            text.Split('?')[0],
            text + "&exp=1",
            text.Replace("test.csv", "..%2Findex.json", StringComparison.Ordinal),
        ];
        foreach (var url in wrong)
            await MustRefuseAsync(url, "the link is not valid");

        Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, link)).StatusCode);
        Time.Advance(TimeSpan.FromMinutes(1));
        await MustRefuseAsync(text, "the link has expired");

        var replayed = (await LinkAsync("test.csv", round)).AbsoluteUri;
        await _made.Desk.RetireAsync(round, evenCurrent: false, Cancellation);
        await MustRefuseAsync(replayed, "offered no more");
    }

    [Fact]
    public async Task What_is_not_offered_or_not_allowed_is_told()
    {
        var mp = await ClientAsync();
        (await mp.GetAsync("/api/rounds/current")).MustFail(404, "UNKNOWN_ROUND", "there is no current round");
        Assert.Equal(0, (await mp.GetAsync("/api/rounds")).Data.GetProperty("rounds").GetArrayLength());
        var round = await _made.PublishAsync("hours");
        foreach (var limit in new[] { "0", "-1", "1001", "ten", "1e1" })
            (await mp.GetAsync($"/api/rounds?limit={limit}")).MustFail(400, "BAD_LIMIT", $"was '{limit}'");
        (await mp.GetAsync("/api/rounds/nope")).MustFail(404, "UNKNOWN_ROUND", "'nope'");
        (await mp.PostAsync("/api/datasets/signed-urls", """{"round_id":"nope"}""")).MustFail(404, "UNKNOWN_ROUND", "'nope'");
        (await mp.PostAsync("/api/datasets/signed-urls", """{"round_id":7}""")).MustFail(400, "VALIDATION_ERROR", "round_id");
        (await mp.PostAsync("/api/datasets/signed-urls", "{}")).MustFail(400, "VALIDATION_ERROR", "round_id");
        (await mp.SendAsync("POST", "/api/datasets/signed-urls", null)).MustFail(400, "BAD_JSON");

        var (_, sit) = await DeploymentAsync(mp);
        foreach (var (client, status, code) in new[] { (mp.With(null), 401, "UNAUTHORIZED"), (mp.With("vk_wrong"), 401, "UNAUTHORIZED"), (new MpClient(_rounds.Client, null).With(sit.Key), 403, "FORBIDDEN") })
        {
            (await client.GetAsync("/api/rounds")).MustFail(status, code);
            (await client.GetAsync($"/api/rounds/{round}")).MustFail(status, code);
            (await client.PostAsync("/api/datasets/signed-urls", """{"round_id":"current"}""")).MustFail(status, code);
        }
    }

    private HttpClient Bare => _rounds.Client;

    private async Task<MpClient> ClientAsync()
    {
        var (key, _) = await VendorAsync("acme");
        return new MpClient(_rounds.Client, null).With(key.Secret);
    }

    private async Task<Uri> LinkAsync(string name, string round = "current")
    {
        _client ??= await ClientAsync();
        var urls = (await _client.PostAsync("/api/datasets/signed-urls", JsonSerializer.Serialize(new Dictionary<string, string> { ["round_id"] = round }))).Data.GetProperty("urls");
        return new Uri(urls.EnumerateArray().Single(url => url.GetProperty("name").GetString() == name).GetProperty("url").GetString()!);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri link, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(method, link);
        request.Headers.Range = range;
        return await Bare.SendAsync(request, Cancellation);
    }

    private async Task MustRefuseAsync(string url, string message)
    {
        using var refused = await SendAsync(HttpMethod.Get, new Uri(url));
        var text = await refused.Content.ReadAsStringAsync(Cancellation);
        Assert.True(refused.StatusCode == HttpStatusCode.Forbidden, $"{url}: {refused.StatusCode} {text}");
        Assert.Contains("\"error\":\"FORBIDDEN\"", text, StringComparison.Ordinal);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    private sealed class PulledFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("trader-data-pulled-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
