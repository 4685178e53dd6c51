using System.Text.Json;

namespace TraderData.EndToEnd.Tests;

/// <summary>CONTRACTS A as rows, in the order in which a vendor uses them.</summary>
internal static class MpContract
{
    private const string Round = "{round_id:text name:text schema_version:text created_at:time description?:text expires_at?:time is_current:bool files:[{name:text type:text size_bytes:int format:text}] metadata:flat}";
    private const string Links = "{urls:[{name:text url:url expires_at:time}] round_id:text ttl_seconds:=900}";
    private const string Run =
        "{run_id:text provider:runpod|byoc status:queued|running|succeeded|failed|cancelled created_at:time metrics:object started_at?:time finished_at?:time logs_url?:url artifacts?:object}";

    private const string Model =
        "{id:text name:text vendor:text task:signal|consensus|optimizer stage:shadow|pilot|prod|retired created_at:time updated_at:time last_heartbeat_at:time~ last_oos_sharpe:number~"
        + " avg_confidence:number~ description?:text status?:text}";

    private const string Signal =
        """{"symbol":"BTCUSDT","timeframe":"1h","decision":"BUY","confidence":0.75,"model_version":"1.0.0","timestamp":"2026-11-22T09:00:00.000Z","vendor_id":"somebody","deployment_id":"else"}""";

    private const string First =
        """{"owner":"<owner>","model_id":"first","symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"NEUTRAL","confidence":0.5,"meta":{"note":"é"}}""";

    private const string Consensus =
        """{"owner":"<owner>","symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2026-11-22T09:00:00Z","decision":"SELL","confidence":0.25,"contributors":[{"model_id":"first","weight":1}]}""";

    private const string Heartbeat = """{"deployment_id":"<deployment>","status":"ready","timestamp":"2026-11-22T10:00:00.000Z","metrics":{"p99_ms":12.5},"message":"fine"}""";
    private const string Replay = "replayed";

    /// <summary>From login to the links of a round.</summary>
    public static readonly MpStep[] UntilLinks =
    [
        new("login --api-key", "GET", "/api/vendors/me", null, "{id:text name:text}") { Keeps = [("id", "vendor"), ("owner", "owner")] },
        new("login --sso", "POST", "/api/marketplace/vendor/auth/exchange", """{"auth_code":"<code>"}""", "{api_key:vk_* vendor_id:text}")
        {
            Caller = MpCaller.Nobody,
            Keeps = [("api_key", "key")],
            Then = (data, script) => Assert.Equal(script["vendor"], Text(data, "vendor_id")),
        },
        new("doctor", "GET", "/api/health", null, "{success:bool service:text version:text timestamp:time}") { Caller = MpCaller.Bare, AtTop = true },
        new("doctor", "GET", "/api/marketplace/vendor/me", null, "{id:text name:text}") { Then = (data, script) => Assert.Equal(script["vendor"], Text(data, "id")) },
        new("doctor", "GET", "/api/catalog", null, $"[{Model}]"),
        new("validate", "GET", "/api/marketplace/vendor/validate", null, "{valid:bool vendor_id:text scopes:[text]}") { ForDeployment = true },
        new("validate", "POST", "/api/marketplace/vendor/validate", null, "{valid:bool vendor_id:text scopes:[text]}") { ForDeployment = true },
        new("data list", "GET", "/api/rounds?limit=10", null, "{rounds:[{round_id:text name:text created_at:time is_current:bool files:[{name:text}]}]}")
        {
            Then = (data, script) => Assert.Equal([(script["round"], true), (script["old_round"], false)], Rounds(data)),
        },
        new("data list", "GET", "/api/rounds?limit=1", null, "{rounds:[{round_id:text}]}") { Then = (data, script) => Assert.Equal([(script["round"], true)], Rounds(data)) },
        new("data info", "GET", "/api/rounds/current", null, Round) { Then = IsRound },
        new("data info ID", "GET", "/api/rounds/<round>", null, Round) { Then = IsRound },
        new("data pull", "POST", "/api/datasets/signed-urls", """{"round_id":"current"}""", Links) { Then = IsRound },
        new("data pull ID", "POST", "/api/datasets/signed-urls", """{"round_id":"<round>"}""", Links) { Then = IsRound },
    ];

    /// <summary>From a training run to heartbeats, with the links of a round.</summary>
    public static readonly MpStep[] FromTraining =
    [
        new(
            "train start", "POST", "/api/training/runs",
            """{"round_id":"<round>","dataset_urls":["<link>"],"task":"signal","hyperparams":{"lr":0.001},"hf_repo_id":"acme/alpha","output_format":"onnx","wandb":{"api_key":"<wandb>"},"budget":{"max_hours":2,"max_cost_usd":5.5}}""",
            Run) { Keeps = [("run_id", "run")] },
        new("train start", "POST", "/api/training/runs", """{"round_id":"current","dataset_urls":["<link>"],"task":"optimizer","hyperparams":{},"output_format":"onnx","wandb":{},"budget":{}}""", Run),
        new("train status", "GET", "/api/training/runs/<run>", null, Run) { Then = (data, script) => Assert.Equal(script["run"], Text(data, "run_id")) },
        new("train logs", "GET", "/api/training/runs/<run>/logs", null, "{logs_url?:url}"),
        new("train stop", "POST", "/api/training/runs/<run>/cancel", null, "{}"),
        new("train stop again", "POST", "/api/training/runs/<run>/cancel", null, "{}"),
        new("train status", "GET", "/api/training/runs/<run>", null, Run) { Then = (data, _) => Assert.Equal("cancelled", Text(data, "status")) },
        new("register", "POST", "/api/vendors/models", """{"name":"alpha","description":"first","task":"signal","version":"1.0.0","deployment_id":"to-be-made"}""", "{model_id:text version_id:text}")
        {
            Keeps = [("model_id", "model")],
        },
        new("register shows", "GET", "/api/catalog", null, $"[{Model}]") { Then = (data, script) => Assert.Equal("alpha", Text(ModelOf(data, script), "name")) },
        new("deploy", "POST", "/api/deployments", """{"name":"alpha","provider":"runpod","cpu":2,"memory":"4Gi","gpu":"RTX 4090","image":"acme/alpha:1"}""", "{deployment_id:text infra_token:sit_*}")
        {
            Keeps = [("deployment_id", "deployment"), ("infra_token", "first_token")],
            Then = (data, _) => Assert.False(data.TryGetProperty("runpod_api_key", out var _)),
        },
        new("deploy", "PATCH", "/api/deployments/<deployment>", """{"runpod_id":"pod-1","status":"running"}""", "{deployment_id:text status:=running runpod_id:=pod-1}"),
        new("deploy status", "GET", "/api/deployments/<deployment>/status", null, "{deployment_id:text status:=running}") { ForDeployment = true },
        new("link-infra", "POST", "/api/deployments/<deployment>/infra-token", """{"signals_url":"https://s.example.com","consensus_url":"https://c.example.com"}""", "{infra_token:sit_* expires_at:time}")
        {
            Keeps = [("infra_token", "token")],
        },
        new("link-infra", "GET", "/api/health", null, "{success:bool service:text version:text timestamp:time}") { Caller = MpCaller.Deployment, AtTop = true },
        new("link-infra", "POST", "/api/signals/store", $"[{Signal}]", "{stored:=1}") { Caller = MpCaller.Deployment, ForDeployment = true, Headers = [("x-idempotency-key", Replay)] },
    ];

    /// <summary>Signals of both generations, their replays, consensus, heartbeats.</summary>
    public static readonly MpStep[] FromSignals =
    [
        // A replay changes nothing and is answered as before, whatever it says.
        new("signals again", "POST", "/api/signals/store", $"[{Signal.Replace("BUY", "SELL", StringComparison.Ordinal)},{Signal}]", "{stored:=1}")
        {
            Caller = MpCaller.Deployment,
            Headers = [("x-idempotency-key", Replay)],
        },
        new("signals, v0.16.4", "POST", "/api/signals/store", First, "") { Headers = [("Idempotency-Key", Replay)] },
        new("signals, v0.16.4, again", "POST", "/api/signals/store", First.Replace("NEUTRAL", "SELL", StringComparison.Ordinal), "") { Headers = [("Idempotency-Key", Replay)] },
        new("consensus", "POST", "/api/consensus/store", $"[{Signal}]", "{stored:=1}") { Caller = MpCaller.Deployment, ForDeployment = true, Headers = [("x-idempotency-key", Replay)] },
        new("consensus, v0.16.4", "POST", "/api/consensus/store", Consensus.Replace("09:00", "10:00", StringComparison.Ordinal), "") { Headers = [("Idempotency-Key", Replay)] },
        new("consensus, v0.16.4, again", "POST", "/api/consensus/store", Consensus, "") { Headers = [("Idempotency-Key", Replay)] },
        new("heartbeat", "POST", "/api/marketplace/vendor/heartbeats", Heartbeat, "{heartbeat_id:text timestamp:time}") { ForDeployment = true },
        new("heartbeat", "POST", "/api/marketplace/vendor/heartbeats", Heartbeat, "{heartbeat_id:text timestamp:time}") { Caller = MpCaller.Deployment },
        new("register again", "POST", "/api/vendors/models", """{"name":"alpha","description":"first","task":"signal","version":"1.1.0","deployment_id":"<deployment>"}""", "{model_id:text version_id:text}")
        {
            Then = (data, script) => Assert.Equal(script["model"], Text(data, "model_id")),
        },
        new("catalog", "GET", "/api/catalog", null, $"[{Model}]")
        {
            Then = (data, script) =>
            {
                var model = ModelOf(data, script);
                Assert.Equal(("ready", 0.75m), (Text(model, "status"), model.GetProperty("avg_confidence").GetDecimal()));
                Assert.Equal(JsonValueKind.String, model.GetProperty("last_heartbeat_at").ValueKind);
            },
        },
    ];

    /// <summary>One row of each method and path that needs a token.</summary>
    public static IEnumerable<MpStep> Closed => UntilLinks.Concat(FromTraining).Concat(FromSignals)
        .Where(step => step.Caller is MpCaller.Vendor or MpCaller.Deployment && step.Path != "/api/health").DistinctBy(step => (step.Method, step.Path.Split('?')[0]));

    /// <summary>A text of an object.</summary>
    public static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static IEnumerable<(string, bool)> Rounds(JsonElement data) =>
        data.GetProperty("rounds").EnumerateArray().Select(round => (Text(round, "round_id")!, round.GetProperty("is_current").GetBoolean()));

    private static void IsRound(JsonElement data, MpScript script) => Assert.Equal(script["round"], Text(data, "round_id"));

    private static JsonElement ModelOf(JsonElement catalog, MpScript script) => Assert.Single(catalog.EnumerateArray(), model => Text(model, "id") == script["model"]);
}
