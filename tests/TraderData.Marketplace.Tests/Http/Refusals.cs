using System.Globalization;
using System.Text;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>What each endpoint answers to requests that are not as they should be.</summary>
public abstract class Refusals(PostgresServer? server) : MarketTest(server)
{
    private const string Run = """{"round_id":"r","dataset_urls":["https://x.example.com/train.csv"],"task":"signal","hyperparams":{},"output_format":"onnx","wandb":{},"budget":{}}""";
    private const string Item = """{"symbol":"BTCUSDT","timeframe":"1h","decision":"BUY","confidence":0.75,"model_version":"1","model_id":"m","timestamp":"2026-11-22T09:00:00Z"}""";
    private const string Object = """{"owner":"acme","model_id":"m","symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"BUY","confidence":0.75}""";
    private const string Consensus = """{"owner":"acme","symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"BUY","confidence":0.75,"contributors":[]}""";
    private const string Heartbeat = """{"deployment_id":"{id}","status":"ready","timestamp":"2026-11-22T10:00:00Z","metrics":{}}""";

    /// <summary>Every endpoint that needs a token, with a request that is right; whether a deployment's token may send it.</summary>
    private static readonly (string Method, string Path, string? Body, bool ForInfra)[] Rows =
    [
        ("GET", "/api/vendors/me", null, false),
        ("GET", "/api/marketplace/vendor/me", null, false),
        ("GET", "/api/marketplace/vendor/validate", null, true),
        ("POST", "/api/marketplace/vendor/validate", null, true),
        ("GET", "/api/catalog", null, false),
        ("POST", "/api/vendors/models", """{"name":"alpha","description":"d","task":"signal","version":"1","deployment_id":"{id}"}""", false),
        ("POST", "/api/deployments", """{"name":"alpha","provider":"runpod","cpu":"2","memory":"4Gi","image":"i"}""", false),
        ("PATCH", "/api/deployments/{id}", """{"runpod_id":"r","status":"ready"}""", false),
        ("GET", "/api/deployments/{id}/status", null, true),
        ("POST", "/api/deployments/{id}/infra-token", """{"signals_url":"https://s.example.com","consensus_url":"https://c.example.com"}""", false),
        ("POST", "/api/marketplace/vendor/heartbeats", Heartbeat, true),
        ("POST", "/api/training/runs", Run, false),
        ("GET", "/api/training/runs/{run}", null, false),
        ("GET", "/api/training/runs/{run}/logs", null, false),
        ("POST", "/api/training/runs/{run}/cancel", null, false),
        ("POST", "/api/signals/store", $"[{Item}]", true),
        ("POST", "/api/consensus/store", $"[{Item}]", true),
    ];

    [Fact]
    public async Task Every_endpoint_refuses_whoever_has_no_right_to_it()
    {
        var (key, mp) = await VendorAsync("acme");
        var (id, sit) = await DeploymentAsync(mp);
        var run = (await mp.PostAsync("/api/training/runs", Run))["run_id"];
        var (otherKey, other) = await VendorAsync("other");
        var (_, otherSit) = await DeploymentAsync(other);
        var revoked = Nobody.With(Secret((await RevokedAsync(otherKey.Token.VendorId)).Secret));
        var wrong = Nobody.With(Secret("vk_" + new string('A', 43)));
        var expired = Nobody.With(Secret((await Host.Tokens.CreateInfraTokenAsync(Samples.Deployment(Samples.Vendor("x")) with { Id = id, VendorId = key.Token.VendorId }, TimeSpan.FromSeconds(1), Cancellation)).Secret));
        Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var (method, path, body, forInfra) in Rows)
        {
            var (at, with) = (Fill(path), body is null ? null : Fill(body));
            Task<Answer> SendAsync(MpClient client) => client.SendAsync(method, at, with);
            var challenge = (await SendAsync(Nobody)).MustFail(401, "UNAUTHORIZED", "this needs a key");
            Assert.Equal("Bearer", challenge.Headers.WwwAuthenticate.ToString());
            var text = (await SendAsync(wrong)).MustFail(401, "UNAUTHORIZED", "not valid").Text;
            Assert.Equal(text, (await SendAsync(revoked)).Text);
            Assert.Equal(text, (await SendAsync(expired)).Text);
            if (forInfra)
                Assert.InRange((await SendAsync(sit)).Status, 200, 299);
            else
                (await SendAsync(sit)).MustFail(403, "FORBIDDEN", "lacks the scope");
            // Of another vendor's things there are none.
            if (path.Contains('{', StringComparison.Ordinal) || body == Heartbeat)
            {
                (await SendAsync(other)).MustFail(404, "NOT_FOUND");
                (await other.SendAsync(method, at.Replace(id, "dep_none", StringComparison.Ordinal).Replace(run, "run_none", StringComparison.Ordinal), with?.Replace(id, "dep_none", StringComparison.Ordinal)))
                    .MustFail(404, "NOT_FOUND");
            }

            if (forInfra && path.Contains("{id}", StringComparison.Ordinal))
                (await SendAsync(otherSit)).MustFail(404, "NOT_FOUND");
            if (body == Heartbeat)
                (await SendAsync(otherSit)).MustFail(403, "FORBIDDEN", "its own deployment");
            Assert.InRange((await SendAsync(mp)).Status, 200, 299);
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        string Fill(string text) => text.Replace("{id}", id, StringComparison.Ordinal).Replace("{run}", run, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/vendors/models", """{"name":7,"task":"signal","version":"1"}""", "name")]
    [InlineData("/api/vendors/models", """{"task":"magic"}""", "name", "task", "version")]
    [InlineData("/api/deployments", """{"name":"","provider":[],"cpu":{},"memory":true,"gpu":1,"image":"i"}""", "name", "provider", "cpu", "memory", "gpu")]
    [InlineData("/api/deployments/{id}/infra-token", """{"signals_url":"ftp://x","consensus_url":"c"}""", "signals_url", "consensus_url")]
    [InlineData("/api/marketplace/vendor/heartbeats", """{"deployment_id":"{id}","status":"fine","timestamp":"yesterday","metrics":[],"message":5}""", "status", "timestamp", "metrics", "message")]
    [InlineData("/api/marketplace/vendor/heartbeats", """{"deployment_id":"{id}","status":"ready","timestamp":"2026-11-22T10:00:00"}""", "timestamp")]
    [InlineData("/api/marketplace/vendor/heartbeats", """{"deployment_id":"{id}","status":"ready","timestamp":"Tue, 22 Nov 2026 10:00:00 Z"}""", "timestamp")]
    [InlineData("/api/marketplace/vendor/heartbeats", """{"deployment_id":"{id}","status":"ready","timestamp":"2026-11-22"}""", "timestamp")]
    [InlineData("/api/training/runs", """{"round_id":"r","dataset_urls":[],"task":"signal"}""", "dataset_urls")]
    [InlineData("/api/training/runs", """{"round_id":"r","dataset_urls":["https://x","nowhere"],"task":"x","hyperparams":[],"wandb":1,"budget":{"max_hours":-1,"max_cost_usd":"5"}}""", "dataset_urls[1]", "task", "hyperparams", "wandb", "budget.max_hours", "budget.max_cost_usd")]
    [InlineData("/api/signals/store", """[{"symbol":"S","timeframe":"1h","decision":"NEUTRAL","confidence":1.01,"model_id":"m","timestamp":5}]""", "[0].timestamp", "[0].model_version", "[0].decision", "[0].confidence")]
    [InlineData("/api/signals/store", """[{"symbol":"S","timeframe":"1h","decision":"BUY","confidence":0.5,"model_version":"1","timestamp":"2026-11-22T09:00:00Z"},7]""", "[0].model_id", "[1]")]
    [InlineData("/api/signals/store", """{"owner":"acme","model_id":"m","symbol":"S","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"HOLD","confidence":"0.5","meta":"x"}""", "decision", "confidence", "meta")]
    [InlineData("/api/signals/store", "\"text\"", "")]
    [InlineData("/api/signals/store", """[{"symbol":"a\u0000b"}]""", "[0]")]
    [InlineData("/api/signals/store", """[{"symbol":"\ud800"}]""", "[0]")]
    [InlineData("/api/signals/store", """[{"symbol":"S","meta":{"n":1e999999}}]""", "[0]")]
    [InlineData("/api/consensus/store", """{"owner":"acme","symbol":"S","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"BUY","confidence":0.5}""", "contributors")]
    [InlineData("/api/marketplace/vendor/auth/exchange", """{"auth_code":{}}""", "auth_code")]
    public async Task Wrong_fields_are_told_all_at_once_and_nothing_is_stored(string path, string body, params string[] fields)
    {
        var (_, mp) = await VendorAsync("acme");
        var (id, _) = await DeploymentAsync(mp);
        var answer = (await mp.PostAsync(path.Replace("{id}", id, StringComparison.Ordinal), body.Replace("{id}", id, StringComparison.Ordinal))).MustFail(400, "VALIDATION_ERROR");
        var told = answer.Json.GetProperty("details").EnumerateArray().ToList();
        Assert.All(told, fault => Assert.False(string.IsNullOrWhiteSpace(fault.GetProperty("message").GetString())));
        var paths = told.Select(fault => fault.GetProperty("path").GetString()!).ToArray();
        Assert.Superset(fields.ToHashSet(StringComparer.Ordinal), paths.ToHashSet(StringComparer.Ordinal));
        Assert.Distinct(paths, StringComparer.Ordinal);
        Assert.Empty(await Host.Store.ListSignalsAsync(SignalKind.Signal, "acme", Cancellation));
        Assert.Empty(await Host.Store.ListOpenRunsAsync(Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("nonsense")]
    public async Task Body_that_is_no_json_is_refused(string body)
    {
        var (_, mp) = await VendorAsync("acme");
        foreach (var path in Rows.Where(row => row.Body is not null && !row.Path.Contains('{', StringComparison.Ordinal)).Select(row => row.Path).Append("/api/marketplace/vendor/auth/exchange"))
            (await mp.PostAsync(path, body)).MustFail(400, "BAD_JSON");
    }

    [Fact]
    public async Task Too_large_and_too_many_are_refused()
    {
        var (_, mp) = await VendorAsync("acme");
        string Many(int count) => $"[{string.Join(',', Enumerable.Repeat(Item, count))}]";
        Assert.Equal(1_000, (await mp.PostAsync("/api/signals/store", Many(1_000))).Data.GetProperty("stored").GetInt32());
        (await mp.PostAsync("/api/signals/store", Many(1_001))).MustFail(413, "BODY_TOO_LARGE", "1000 signals, had 1001");
        (await mp.PostAsync("/api/signals/store", new string(' ', (1 << 20) + 1))).MustFail(413, "BODY_TOO_LARGE");
        Assert.Equal(0, (await mp.PostAsync("/api/signals/store", "[]" + new string(' ', (1 << 20) - 2))).Data.GetProperty("stored").GetInt32());

        // Without a length, and longer than anybody reads.
        using var endless = new HttpRequestMessage(HttpMethod.Post, "/api/signals/store") { Content = new StreamContent(new MemoryStream(new byte[(1 << 20) + 1])) };
        endless.Headers.TransferEncodingChunked = true;
        endless.Headers.TryAddWithoutValidation("authorization", $"Bearer {(await Host.Tokens.CreateVendorAsync("B", "b", null, Cancellation))!.Secret}");
        using var answer = await Host.Client.SendAsync(endless, Cancellation);
        Assert.Equal(413, (int)answer.StatusCode);
        (await mp.PostAsync("/api/signals/store", $"[{Item}]", ("x-idempotency-key", new string('k', 201)))).MustFail(400, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task Owner_of_another_vendor_is_refused_with_its_reason()
    {
        await VendorAsync("other");
        var (_, mp) = await VendorAsync("acme");
        foreach (var (path, body) in new[] { ("/api/signals/store", Object), ("/api/consensus/store", Consensus) })
        {
            Assert.Equal(204, (await mp.PostAsync(path, body)).Status);
            foreach (var owner in (string[])["other", "nobody"])
                (await mp.PostAsync(path, body.Replace("acme", owner, StringComparison.Ordinal))).MustFail(403, "FORBIDDEN", $"the owner '{owner}' is not the token's");
        }

        Assert.Empty(await Host.Store.ListSignalsAsync(SignalKind.Signal, "other", Cancellation));
    }

    [Fact]
    public async Task Deployment_makes_sixty_requests_in_any_minute()
    {
        var (_, mp) = await VendorAsync("acme");
        var (id, sit) = await DeploymentAsync(mp);
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(200, (await sit.PostAsync("/api/signals/store", $"[{Item}]")).Status);
            Time.Advance(TimeSpan.FromMilliseconds(500));
        }

        var refused = (await sit.PostAsync("/api/signals/store", $"[{Item}]")).MustFail(429, "RATE_LIMITED", "60 requests in a minute");
        Assert.Equal(TimeSpan.FromSeconds(30), refused.Headers.RetryAfter!.Delta);
        // Heartbeats of the deployment with the vendor's key are of the same sixty; all else of the vendor is not.
        (await mp.PostAsync("/api/marketplace/vendor/heartbeats", Heartbeat.Replace("{id}", id, StringComparison.Ordinal))).MustFail(429, "RATE_LIMITED");
        Assert.Equal(200, (await mp.PostAsync("/api/signals/store", $"[{Item}]")).Status);
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await sit.PostAsync("/api/signals/store", $"[{Item}]")).Status);
    }

    [Fact]
    public async Task Address_that_guesses_is_slowed_and_known_keys_of_it_are_not()
    {
        var (_, mp) = await VendorAsync("acme");
        var (_, unknown) = await VendorAsync("later");
        Assert.Equal(200, (await mp.GetAsync("/api/vendors/me")).Status);
        for (var i = 0; i < 60; i++)
        {
            var guess = string.Create(CultureInfo.InvariantCulture, $"vk_{i:D43}");
            if (i % 2 == 0)
                (await Nobody.With(guess).GetAsync("/api/vendors/me")).MustFail(401, "UNAUTHORIZED");
            else
                (await Nobody.PostAsync("/api/marketplace/vendor/auth/exchange", $$"""{"auth_code":"{{guess}}"}""")).MustFail(401, "UNAUTHORIZED");
        }

        var slowed = (await Nobody.With("vk_" + new string('B', 43)).GetAsync("/api/vendors/me")).MustFail(429, "RATE_LIMITED", "too many wrong keys");
        Assert.InRange(slowed.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        (await Nobody.PostAsync("/api/marketplace/vendor/auth/exchange", """{"auth_code":"ac_x"}""")).MustFail(429, "RATE_LIMITED");
        (await unknown.GetAsync("/api/vendors/me")).MustFail(429, "RATE_LIMITED");
        Assert.Equal(200, (await mp.GetAsync("/api/vendors/me")).Status);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await unknown.GetAsync("/api/vendors/me")).Status);
    }

    [Fact]
    public async Task Odd_authorization_headers_are_no_keys()
    {
        var (key, _) = await VendorAsync("acme");
        foreach (var header in (string[])["", "Bearer", "Bearer ", $"Basic {key.Secret}", key.Secret, $"Bearer{key.Secret}", $"Bearer {key.Secret}x", $"Bearer {key.Secret}, Bearer {key.Secret}"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/vendors/me");
            request.Headers.TryAddWithoutValidation("authorization", header);
            using var answer = await Host.Client.SendAsync(request, Cancellation);
            Assert.True(401 == (int)answer.StatusCode, Encoding.UTF8.GetString(Encoding.ASCII.GetBytes(header)));
        }
    }

    [Fact]
    public async Task Marketplace_without_a_pepper_is_off_and_says_how_to_turn_it_on()
    {
        await using var off = await StartAsync(withTokens: false);
        var mp = new MpClient(off.Client, "vk_whatever");
        foreach (var (method, path, body, _) in Rows.Append(("POST", "/api/marketplace/vendor/auth/exchange", "{}", false)))
            (await mp.SendAsync(method, path, body)).MustFail(503, "MARKETPLACE_OFF", "INFRA_TOKEN_PEPPER");
        Assert.Equal(200, (await mp.GetAsync("/api/data/symbols")).Status);
    }

    private async Task<IssuedToken> RevokedAsync(string vendorId)
    {
        var code = await Host.Tokens.CreateAuthCodeAsync(vendorId, TimeSpan.FromMinutes(5), Cancellation);
        var key = (await Host.Tokens.ExchangeAsync(code.Secret, Cancellation))!;
        Assert.True(await Host.Tokens.RevokeAsync(key.Token.Id, Cancellation));
        return key;
    }
}

public sealed class JournalRefusals() : Refusals(null);

public sealed class PostgresRefusals(PostgresServer server) : Refusals(server);
