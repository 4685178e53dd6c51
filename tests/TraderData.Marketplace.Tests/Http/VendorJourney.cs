using System.Text.Json;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>Exactly what the <c>mp</c> command line sends, in the order in which a vendor uses it, and what it needs back. Rounds and files are tested where they are.</summary>
public abstract class VendorJourney(PostgresServer? server) : MarketTest(server)
{
    private const string Signal = """{"symbol":"BTCUSDT","timeframe":"1h","decision":"BUY","confidence":0.75,"model_version":"1.0.0","timestamp":"2026-11-22T09:00:00Z","vendor_id":"v","deployment_id":"d"}""";

    [Fact]
    public async Task Vendor_goes_all_the_way()
    {
        var (key, mp) = await VendorAsync("acme");

        // login --api-key
        var me = await mp.GetAsync("/api/vendors/me");
        Assert.Equal((key.Token.VendorId, "Vendor acme"), (me["id"], me["name"]));

        // login --sso: the code is sent without a key.
        var code = Secret((await Host.Tokens.CreateAuthCodeAsync(key.Token.VendorId, TimeSpan.FromMinutes(5), Cancellation)).Secret);
        var exchanged = await Nobody.PostAsync("/api/marketplace/vendor/auth/exchange", $$"""{"auth_code":"{{code}}"}""");
        Assert.Equal(key.Token.VendorId, exchanged["vendor_id"]);
        mp = Nobody.With(Secret(exchanged["api_key"]));

        // doctor
        using var health = JsonDocument.Parse(await Host.Client.GetStringAsync(new Uri("/api/health", UriKind.Relative), Cancellation));
        Assert.True(health.RootElement.GetProperty("success").GetBoolean());
        Assert.Equal("trader-data", health.RootElement.GetProperty("service").GetString());
        Assert.Equal((key.Token.VendorId, "Vendor acme"), ((await mp.GetAsync("/api/marketplace/vendor/me"))["id"], (await mp.GetAsync("/api/marketplace/vendor/me"))["name"]));
        Assert.Equal(0, (await mp.GetAsync("/api/catalog")).Data.GetArrayLength());
        Assert.True((await mp.GetAsync("/api/marketplace/vendor/validate")).Data.GetProperty("valid").GetBoolean());

        // train start, status, logs, stop
        var link = Secret("https://data.example.com/f/train.csv?exp=1&sig=0123456789abcdef");
        var wandb = Secret("wandb-key-of-the-vendor");
        var run = await mp.PostAsync("/api/training/runs", $$$"""
            {"round_id":"2026-11","dataset_urls":["{{{link}}}"],"task":"signal","hyperparams":{"lr":0.001},"hf_repo_id":"acme/alpha","output_format":"onnx","wandb":{"api_key":"{{{wandb}}}"},"budget":{"max_hours":2,"max_cost_usd":5.5}}
            """);
        Assert.Equal(("runpod", "queued", "2026-11"), (run["provider"], run["status"], run["round_id"]));
        Assert.Contains("no training provider", run["note"], StringComparison.Ordinal);
        var id = run["run_id"];
        var status = await mp.GetAsync($"/api/training/runs/{id}");
        Assert.Equal(run.Text, status.Text);
        Assert.Equal(JsonValueKind.Object, status.Data.GetProperty("metrics").ValueKind);
        Assert.EndsWith("Z", status["created_at"], StringComparison.Ordinal);
        Assert.DoesNotContain(wandb, status.Text, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, (await mp.GetAsync($"/api/training/runs/{id}/logs")).Data.ValueKind);
        var stopped = await mp.SendAsync("POST", $"/api/training/runs/{id}/cancel", null);
        Assert.Equal("cancelled", stopped["status"]);
        Assert.Equal(stopped.Text, (await mp.SendAsync("POST", $"/api/training/runs/{id}/cancel", null)).Text);

        // register: before anything is deployed
        var registered = await mp.PostAsync("/api/vendors/models", """{"name":"alpha","description":"first","task":"signal","version":"1.0.0","deployment_id":"to-be-made"}""");
        var listed = Assert.Single((await mp.GetAsync("/api/catalog")).Data.EnumerateArray());
        Assert.Equal(registered["model_id"], listed.GetProperty("id").GetString());
        Assert.Equal(("alpha", "Vendor acme", "signal", "shadow", "first"), (Text(listed, "name"), Text(listed, "vendor"), Text(listed, "task"), Text(listed, "stage"), Text(listed, "description")));
        Assert.All((string[])["last_heartbeat_at", "last_oos_sharpe", "avg_confidence"], field => Assert.Equal(JsonValueKind.Null, listed.GetProperty(field).ValueKind));

        // deploy
        var deployed = await mp.PostAsync("/api/deployments", """{"name":"alpha","provider":"runpod","cpu":2,"memory":"4Gi","gpu":"RTX 4090","image":"acme/alpha:1"}""");
        Assert.StartsWith("sit_", Secret(deployed["infra_token"]), StringComparison.Ordinal);
        Assert.False(deployed.Data.TryGetProperty("runpod_api_key", out _));
        var deployment = deployed["deployment_id"];
        var changed = await mp.SendAsync("PATCH", $"/api/deployments/{deployment}", """{"runpod_id":"pod-1","status":"running"}""");
        Assert.Equal(("running", "pod-1"), (changed["status"], changed["runpod_id"]));
        Assert.Equal("running", (await mp.GetAsync($"/api/deployments/{deployment}/status"))["status"]);

        // link-infra, and with its token
        var linked = await mp.PostAsync($"/api/deployments/{deployment}/infra-token", """{"signals_url":"https://s.example.com","consensus_url":"https://c.example.com"}""");
        Assert.StartsWith("sit_", Secret(linked["infra_token"]), StringComparison.Ordinal);
        Assert.Equal(Samples.Now.AddDays(90), linked.Data.GetProperty("expires_at").GetDateTime());
        var sit = mp.With(linked["infra_token"]);
        Assert.Equal(200, (await sit.GetAsync("/api/health")).Status);
        var stored = await sit.PostAsync("/api/signals/store", $"[{Signal}]", ("x-idempotency-key", "first"));
        Assert.Equal((200, """{"success":true,"data":{"stored":1}}"""), (stored.Status, stored.Text));
        Assert.Equal(stored.Text, (await sit.PostAsync("/api/signals/store", $"[{Signal},{Signal}]", ("x-idempotency-key", "first"))).Text);
        var kept = Assert.Single(await Host.Store.ListSignalsAsync(SignalKind.Signal, "acme", Cancellation));
        Assert.Equal((deployment, key.Token.VendorId, deployment, 0.75m), (kept.ModelId, kept.VendorId, kept.DeploymentId, kept.Confidence));

        // heartbeats, with either
        foreach (var client in new[] { mp, sit })
        {
            var beat = await client.PostAsync("/api/marketplace/vendor/heartbeats", $$"""{"deployment_id":"{{deployment}}","status":"ready","timestamp":"2026-11-22T10:00:00.000Z","metrics":{"p99":12.5},"message":"fine"}""");
            Assert.StartsWith("hb_", beat["heartbeat_id"], StringComparison.Ordinal);
            Assert.EndsWith("Z", beat["timestamp"], StringComparison.Ordinal);
        }

        await mp.PostAsync("/api/vendors/models", $$"""{"name":"alpha","description":"first","task":"signal","version":"1.1.0","deployment_id":"{{deployment}}"}""");
        listed = Assert.Single((await mp.GetAsync("/api/catalog")).Data.EnumerateArray());
        Assert.Equal((Samples.Now, 0.75m, "ready"), (listed.GetProperty("last_heartbeat_at").GetDateTime(), listed.GetProperty("avg_confidence").GetDecimal(), Text(listed, "status")));
        Assert.Empty(await Host.Store.ReadOutboxAsync(10, Cancellation));
    }

    [Fact]
    public async Task First_generation_sends_objects_and_is_answered_204()
    {
        var (_, mp) = await VendorAsync("acme");
        const string signal = """{"owner":"acme","model_id":"m","symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2026-11-22T09:00:00+00:00","decision":"NEUTRAL","confidence":1,"meta":{"note":"é"},"unknown":[1]}""";
        const string consensus = """{"owner":"acme","symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"SELL","confidence":0.1,"contributors":[{"model_id":"m","weight":0.5}]}""";
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal((204, ""), Essence(await mp.PostAsync("/api/signals/store", signal, ("Idempotency-Key", "k"))));
            Assert.Equal((204, ""), Essence(await mp.PostAsync("/api/consensus/store", consensus, ("Idempotency-Key", "k"))));
        }

        var kept = Assert.Single(await Host.Store.ListSignalsAsync(SignalKind.Signal, "acme", Cancellation));
        Assert.Equal(("m", "NEUTRAL", 1m, "{note:\"é\"}"), (kept.ModelId, kept.Decision, kept.Confidence, Samples.Text(kept.Meta)));
        Assert.Equal(Samples.Time("2026-11-22T09:00:00Z"), kept.BarTs);
        var together = Assert.Single(await Host.Store.ListSignalsAsync(SignalKind.Consensus, "acme", Cancellation));
        Assert.Equal("[{model_id:\"m\",weight:0.5}]", Samples.Text(together.Contributors));
        var array = await mp.PostAsync("/api/consensus/store", """[{"symbol":"BTCUSDT","timeframe":"1h","decision":"HOLD","confidence":0.2,"timestamp":"2026-11-22T10:00:00Z"}]""");
        Assert.Equal(1, array.Data.GetProperty("stored").GetInt32());
    }

    [Fact]
    public async Task Model_registered_elsewhere_shows_within_two_seconds()
    {
        var (_, mp) = await VendorAsync("acme");
        await using var elsewhere = await StartAsync();
        var there = new MpClient(elsewhere.Client, null).With((await Host.Tokens.CreateVendorAsync("Other", "other", null, Cancellation))!.Secret);
        Assert.Equal(0, (await there.GetAsync("/api/catalog")).Data.GetArrayLength());
        await mp.PostAsync("/api/vendors/models", """{"name":"alpha","task":"signal","version":"1"}""");
        Assert.Equal(1, (await mp.GetAsync("/api/catalog")).Data.GetArrayLength());
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, (await there.GetAsync("/api/catalog")).Data.GetArrayLength());
    }

    private static (int Status, string Text) Essence(Answer answer) => (answer.Status, answer.Text);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

public sealed class JournalVendorJourney() : VendorJourney(null);

public sealed class PostgresVendorJourney(PostgresServer server) : VendorJourney(server);
