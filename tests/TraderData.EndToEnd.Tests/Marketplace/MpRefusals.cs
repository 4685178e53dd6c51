namespace TraderData.EndToEnd.Tests;

/// <summary>What a vendor gets wrong, and the status and body that say so.</summary>
internal sealed class MpRefusals(MpClient client, MpScript script)
{
    private const int MaxBodyBytes = 1 << 20;
    private const int MaxSignals = 1_000;
    private const string Item = """{"symbol":"BTCUSDT","timeframe":"1h","decision":"BUY","confidence":0.75,"model_version":"1","model_id":"m","timestamp":"2026-11-22T09:00:00Z"}""";

    /// <summary>Bodies with wrong fields: all of them are told, by path.</summary>
    private static readonly (string Path, string Body, string[] Fields)[] WrongFields =
    [
        ("/api/marketplace/vendor/auth/exchange", """{"auth_code":7}""", ["auth_code"]),
        ("/api/datasets/signed-urls", """{"round_id":7}""", ["round_id"]),
        ("/api/datasets/signed-urls", "{}", ["round_id"]),
        ("/api/training/runs", """{"round_id":"current","dataset_urls":[],"task":"magic","hyperparams":[],"wandb":1,"budget":{"max_hours":-1,"max_cost_usd":"5"}}""",
            ["dataset_urls", "task", "hyperparams", "wandb", "budget.max_hours", "budget.max_cost_usd"]),
        ("/api/vendors/models", """{"name":7,"task":"magic"}""", ["name", "task", "version"]),
        ("/api/deployments", """{"name":[],"provider":1,"cpu":{},"memory":true,"gpu":1,"image":{}}""", ["name", "provider", "cpu", "memory", "gpu", "image"]),
        ("/api/deployments/<deployment>/infra-token", """{"signals_url":"ftp://x","consensus_url":5}""", ["signals_url", "consensus_url"]),
        ("/api/marketplace/vendor/heartbeats", """{"deployment_id":"<deployment>","status":"fine","timestamp":"yesterday","metrics":[],"message":5}""", ["status", "timestamp", "metrics", "message"]),
        ("/api/signals/store", """[{"symbol":1,"timeframe":null,"decision":"NEUTRAL","confidence":1.5,"model_id":"m","timestamp":5},7]""",
            ["[0].symbol", "[0].timeframe", "[0].decision", "[0].confidence", "[0].model_version", "[0].timestamp", "[1]"]),
        ("/api/signals/store", """{"owner":"<owner>","model_id":"m","symbol":"S","timeframe":"1h","bar_ts":"now","decision":"HOLD","confidence":"0.5","meta":"x"}""", ["bar_ts", "decision", "confidence", "meta"]),
        ("/api/consensus/store", """{"owner":"<owner>","symbol":"S","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"BUY","confidence":0.5}""", ["contributors"]),
    ];

    /// <summary>Requests that are well made and ask for what is not there or not theirs.</summary>
    private static readonly (string Method, string Path, string? Body, int Status, string Code)[] Refused =
    [
        ("GET", "/api/rounds/nope", null, 404, "UNKNOWN_ROUND"),
        ("POST", "/api/datasets/signed-urls", """{"round_id":"nope"}""", 404, "UNKNOWN_ROUND"),
        ("POST", "/api/training/runs", """{"round_id":"nope","dataset_urls":["https://x.example.com/a"],"task":"signal"}""", 404, "UNKNOWN_ROUND"),
        ("GET", "/api/rounds?limit=0", null, 400, "BAD_LIMIT"),
        ("GET", "/api/rounds?limit=ten", null, 400, "BAD_LIMIT"),
        ("GET", "/api/training/runs/run_none", null, 404, "NOT_FOUND"),
        ("POST", "/api/training/runs/run_none/cancel", null, 404, "NOT_FOUND"),
        ("GET", "/api/deployments/dep_none/status", null, 404, "NOT_FOUND"),
        ("PATCH", "/api/deployments/dep_none", "{}", 404, "NOT_FOUND"),
        ("POST", "/api/deployments", null, 400, "BAD_JSON"),
        ("POST", "/api/signals/store", null, 400, "BAD_JSON"),
        ("POST", "/api/training/runs", "{", 400, "BAD_JSON"),
        ("POST", "/api/vendors/models", "<html>", 400, "BAD_JSON"),
        ("GET", "/api/nothing/here", null, 404, "NOT_FOUND"),
        ("DELETE", "/api/catalog", null, 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/api/signals/store", """{"owner":"somebody-else","model_id":"m","symbol":"S","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"BUY","confidence":0.5}""", 403, "FORBIDDEN"),
    ];

    /// <summary>Every row that needs a token, without one, with a wrong one, an expired one, one of too little, and one of somebody else.</summary>
    public async Task CheckTokensAsync()
    {
        foreach (var step in MpContract.Closed)
        {
            var challenge = (await script.SendAsync(step, null)).MustFail(401, "UNAUTHORIZED", "this needs a key");
            Assert.Equal("Bearer", challenge.Headers.WwwAuthenticate.ToString());
            var wrong = (await script.SendAsync(step, script["wrong_key"])).MustFail(401, "UNAUTHORIZED", "not valid");
            // Nobody is told whether a token was ever one.
            Assert.Equal(wrong.Text, (await script.SendAsync(step, script["expired_token"])).Text);
            if (!step.ForDeployment)
                (await script.SendAsync(step, script["first_token"])).MustFail(403, "FORBIDDEN", "lacks the scope");
            if (step.Path.Contains("<run>", StringComparison.Ordinal) || step.Path.Contains("<deployment>", StringComparison.Ordinal))
                (await script.SendAsync(step, script["other_key"])).MustFail(404, "NOT_FOUND");
        }

        (await client.SendAsync(script["revoked_token"], "GET", "/api/marketplace/vendor/validate", null)).MustFail(401, "UNAUTHORIZED", "not valid");
        foreach (var code in (string[])["code", "expired_code", "wrong_code"])
            (await client.SendAsync(null, "POST", "/api/marketplace/vendor/auth/exchange", script.Fill($$"""{"auth_code":"<{{code}}>"}"""))).MustFail(401, "UNAUTHORIZED", "the code is not valid");
    }

    /// <summary>A deployment's token speaks for its own deployment alone.</summary>
    public async Task CheckOtherDeploymentAsync()
    {
        var status = $"/api/deployments/{script["deployment"]}/status";
        (await client.SendAsync(script["cli_token"], "GET", status, null)).MustFail(404, "NOT_FOUND");
        (await client.SendAsync(script["cli_token"], "POST", "/api/marketplace/vendor/heartbeats", Heartbeat("deployment"))).MustFail(403, "FORBIDDEN", "its own deployment");
        (await client.SendAsync(script["other_key"], "POST", "/api/marketplace/vendor/heartbeats", Heartbeat("deployment"))).MustFail(404, "NOT_FOUND");
        (await client.SendAsync(script["cli_token"], "GET", $"/api/deployments/{script["second_deployment"]}/status", null)).Expect(200);
    }

    /// <summary>Bodies that are wrong, and things that are not there.</summary>
    public async Task CheckRequestsAsync()
    {
        foreach (var (path, body, fields) in WrongFields)
        {
            var answer = (await client.SendAsync(script["key"], "POST", script.Fill(path), script.Fill(body))).MustFail(400, "VALIDATION_ERROR");
            Shape.Check("[{path:text message:text}]", answer.Json.GetProperty("details"), answer.Request);
            Assert.Equal(fields.Order(StringComparer.Ordinal), answer.Json.GetProperty("details").EnumerateArray().Select(fault => MpContract.Text(fault, "path")!).Order(StringComparer.Ordinal));
        }

        foreach (var (method, path, body, status, code) in Refused)
            (await client.SendAsync(script["key"], method, path, body, ("accept", "text/html"))).MustFail(status, code);
    }

    /// <summary>As much as is taken, and one more.</summary>
    public async Task CheckSizesAsync()
    {
        Assert.Equal(MaxSignals, (await StoreAsync(Many(MaxSignals))).Data.GetProperty("stored").GetInt32());
        (await StoreAsync(Many(MaxSignals + 1))).MustFail(413, "BODY_TOO_LARGE", "had 1001");
        Assert.Equal(0, (await StoreAsync("[]".PadRight(MaxBodyBytes))).Data.GetProperty("stored").GetInt32());
        (await StoreAsync("[]".PadRight(MaxBodyBytes + 1))).MustFail(413, "BODY_TOO_LARGE");
        (await client.SendAsync(script["key"], "POST", "/api/vendors/models", "{}".PadRight(MaxBodyBytes + 1))).MustFail(413, "BODY_TOO_LARGE");
    }

    /// <summary>A deployment's sixty-first request of a minute.</summary>
    public async Task CheckRateAsync()
    {
        MpAnswer answer;
        var taken = 0;
        while ((answer = await client.SendAsync(script["cli_token"], "POST", "/api/signals/store", "[]", ("x-idempotency-key", "rate"))).Status == 200)
            Assert.InRange(++taken, 1, 60);
        MustWait(answer);
        MustWait(await client.SendAsync(script["key"], "POST", "/api/marketplace/vendor/heartbeats", Heartbeat("second_deployment")));
        (await StoreAsync("[]")).Expect(200);
    }

    /// <summary>An address's sixty-first wrong key of a minute: behind it no key is looked up, so that this comes last.</summary>
    public async Task CheckGuessingAsync()
    {
        MpAnswer answer;
        var taken = 0;
        while ((answer = await client.SendAsync(script["wrong_key"], "GET", "/api/vendors/me", null)).Status == 401)
            Assert.InRange(++taken, 1, 60);
        MustWait(answer);
        MustWait(await client.SendAsync(null, "POST", "/api/marketplace/vendor/auth/exchange", script.Fill("""{"auth_code":"<wrong_code>"}""")));
        (await client.SendAsync(script["key"], "GET", "/api/vendors/me", null)).Expect(200);
    }

    private static void MustWait(MpAnswer answer) => Assert.InRange(answer.MustFail(429, "RATE_LIMITED").Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);

    private static string Many(int count) => $"[{string.Join(',', Enumerable.Repeat(Item, count))}]";

    private Task<MpAnswer> StoreAsync(string body) => client.SendAsync(script["key"], "POST", "/api/signals/store", body);

    private string Heartbeat(string deployment) => $$$"""{"deployment_id":"{{{script[deployment]}}}","status":"ready","timestamp":"2026-11-22T10:00:00Z","metrics":{}}""";
}
