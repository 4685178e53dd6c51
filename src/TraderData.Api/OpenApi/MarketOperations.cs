using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>What the document says of the marketplace's endpoints.</summary>
internal static class MarketOperations
{
    private const string Vendor = "/api/marketplace/vendor";
    private const string Run =
        """{"success":true,"data":{"run_id":"run_019a","round_id":"2026-11","task":"signal","provider":"runpod","status":"queued","created_at":"2026-11-22T10:00:00Z","metrics":{},"note":"…"}}""";

    private const string Deployment =
        """{"success":true,"data":{"deployment_id":"dep_019a","name":"alpha","provider":"runpod","status":"ready","image":"acme/alpha:1","runpod_id":"r1","created_at":"2026-11-22T10:00:00Z","updated_at":"2026-11-22T10:00:00Z"}}""";

    private const string Me = """{"success":true,"data":{"id":"vnd_019a","name":"Acme","owner":"acme","created_at":"2026-11-22T10:00:00Z"}}""";

    private const string Valid =
        """{"success":true,"data":{"valid":true,"kind":"infra_token","vendor_id":"vnd_019a","deployment_id":"dep_019a","scopes":["signals:write"],"expires_at":"2027-02-20T10:00:00Z"}}""";

    private const string InfraToken = """{"success":true,"data":{"deployment_id":"dep_019a","infra_token":"sit_…","expires_at":"2027-02-20T10:00:00Z"}}""";

    private const string Stored = """{"success":true,"data":{"stored":1}}""";

    private const string StoreDescription =
        "An object of the first generation is answered 204, an array of the second 200. Whose it is comes from the token; an owner in the body must be the token's. With x-idempotency-key or Idempotency-Key a "
        + "request can be repeated: it changes nothing and is answered as it was. Of two for one key of the table the one with the later event_time stays. At most 1000 in a request.";

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        Read("/api/vendors/me", "getVendor", "Who the key's vendor is", Scopes.VendorRead, MarketShapes.Vendor, Me),
        Read($"{Vendor}/me", "getMarketplaceVendor", "Who the key's vendor is", Scopes.VendorRead, MarketShapes.Vendor, Me),
        Read($"{Vendor}/validate", "getTokenValidity", "What a token is", Scopes.Validate, MarketShapes.Validity, Valid),
        Read($"{Vendor}/validate", "validateToken", "What a token is", Scopes.Validate, MarketShapes.Validity, Valid) with { Method = HttpMethod.Post },
        Write($"{Vendor}/auth/exchange", "exchangeCode", "Change a one-time code for a vendor's key", null, MarketShapes.Exchange,
            """{"success":true,"data":{"api_key":"vk_…","vendor_id":"vnd_019a"}}""", MarketShapes.ExchangeBody, """{"auth_code":"ac_…"}"""),
        Read("/api/catalog", "getCatalog", "Every model that was registered", Scopes.CatalogRead, MarketShapes.Catalog,
            """{"success":true,"data":[{"id":"mdl_1f","name":"alpha","vendor":"Acme","task":"signal","stage":"shadow","created_at":"2026-11-22T10:00:00Z","updated_at":"2026-11-22T10:00:00Z","last_heartbeat_at":null,"last_oos_sharpe":null,"avg_confidence":0.75}]}"""),
        Write("/api/vendors/models", "registerModel", "Register a model, or a new version of it", Scopes.ModelsWrite, MarketShapes.Model,
            """{"success":true,"data":{"model_id":"mdl_1f","version_id":"ver_2e"}}""",
            MarketShapes.ModelBody, """{"name":"alpha","description":"…","task":"signal","version":"1.0.0","deployment_id":"dep_019a"}""") with
        {
            Description = "The same name is the same model, so that it can be repeated. It shows in the catalog at once, in that of other processes within two seconds.",
        },
        Write("/api/deployments", "createDeployment", "Make a deployment, with a token for it", Scopes.DeploymentsWrite, MarketShapes.InfraToken, InfraToken,
            MarketShapes.DeploymentBody, """{"name":"alpha","provider":"runpod","cpu":2,"memory":"4Gi","image":"acme/alpha:1"}""") with { Description = "The token is shown this once." },
        Write("/api/deployments/{id}", "changeDeployment", "Tell how a deployment fares", Scopes.DeploymentsWrite, MarketShapes.Deployment, Deployment,
            MarketShapes.DeploymentChangeBody, """{"runpod_id":"r1","status":"ready"}""") with { Method = HttpMethod.Patch },
        Read("/api/deployments/{id}/status", "getDeployment", "How a deployment fares", Scopes.DeploymentsRead, MarketShapes.Deployment, Deployment),
        Write("/api/deployments/{id}/infra-token", "linkDeployment", "Make one more token for a deployment", Scopes.DeploymentsWrite, MarketShapes.InfraToken, InfraToken,
            MarketShapes.LinkBody, """{"signals_url":"https://signals.example.com","consensus_url":"https://consensus.example.com"}""") with
        {
            Description = "The token is shown this once, counts for 90 days, and may send signals, consensus and heartbeats of its deployment alone. Tokens made before go on until they expire or are revoked.",
        },
        Write($"{Vendor}/heartbeats", "sendHeartbeat", "Tell that a deployment lives", Scopes.HeartbeatsWrite, MarketShapes.Heartbeat,
            """{"success":true,"data":{"heartbeat_id":"hb_019a","timestamp":"2026-11-22T10:00:00Z"}}""",
            MarketShapes.HeartbeatBody, """{"deployment_id":"dep_019a","status":"ready","timestamp":"2026-11-22T10:00:00Z","metrics":{"latency_ms":12}}"""),
        Write("/api/training/runs", "createRun", "Ask for a training run", Scopes.Training, MarketShapes.Run, Run, MarketShapes.RunBody,
            """{"round_id":"current","dataset_urls":["https://data.example.com/train.csv"],"task":"signal","hyperparams":{},"output_format":"onnx","wandb":{},"budget":{"max_hours":2}}""") with
        {
            Description = "The links are not kept: new ones are made when the run starts. Without a training provider it stays queued, and its note says so.",
        },
        Read("/api/training/runs/{id}", "getRun", "How a training run fares", Scopes.Training, MarketShapes.Run, Run),
        Read("/api/training/runs/{id}/logs", "getRunLogs", "Where the log of a training run is", Scopes.Training, MarketShapes.RunLogs,
            """{"success":true,"data":{"run_id":"run_019a","status":"queued"}}"""),
        Read("/api/training/runs/{id}/cancel", "cancelRun", "Stop a training run", Scopes.Training, MarketShapes.Run, Run) with
        {
            Method = HttpMethod.Post, Description = "Takes an empty body. One that is over stays as it is.",
        },
        Write("/api/signals/store", "storeSignals", "Send signals", Scopes.SignalsWrite, MarketShapes.Stored, Stored, MarketShapes.SignalsBody,
            """[{"symbol":"BTCUSDT","timeframe":"1h","decision":"BUY","confidence":0.75,"model_version":"1.0.0","timestamp":"2026-11-22T10:00:00Z"}]""") with
        {
            AnswersObjectsEmpty = true, Description = StoreDescription,
        },
        Write("/api/consensus/store", "storeConsensus", "Send what models say together", Scopes.SignalsWrite, MarketShapes.Stored, Stored, MarketShapes.SignalsBody,
            """[{"symbol":"BTCUSDT","timeframe":"1h","decision":"BUY","confidence":0.75,"contributors":["mdl_1f"],"timestamp":"2026-11-22T10:00:00Z"}]""") with
        {
            AnswersObjectsEmpty = true, Description = StoreDescription,
        },
    ];

    private static ApiOperation Read(string path, string id, string summary, string scope, string schema, string example) =>
        new(path, id, "marketplace", summary, null, schema, example) { Scope = scope, IsOfMarketplace = true };

    private static ApiOperation Write(string path, string id, string summary, string? scope, string schema, string example, string bodySchema, string body) =>
        new(path, id, "marketplace", summary, null, schema, example) { Scope = scope, IsOfMarketplace = true, Method = HttpMethod.Post, Body = (bodySchema, body) };
}
