using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>The shapes of the marketplace's bodies and answers.</summary>
internal static class MarketShapes
{
    public const string Bearer = "bearer";
    public const string ValidationError = "ValidationError";
    public const string Vendor = "VendorAnswer";
    public const string Validity = "ValidityAnswer";
    public const string Exchange = "ExchangeAnswer";
    public const string ExchangeBody = "ExchangeBody";
    public const string Catalog = "CatalogAnswer";
    public const string Model = "ModelAnswer";
    public const string ModelBody = "ModelBody";
    public const string Deployment = "DeploymentAnswer";
    public const string DeploymentBody = "DeploymentBody";
    public const string DeploymentChangeBody = "DeploymentChangeBody";
    public const string InfraToken = "InfraTokenAnswer";
    public const string LinkBody = "LinkBody";
    public const string Heartbeat = "HeartbeatAnswer";
    public const string HeartbeatBody = "HeartbeatBody";
    public const string Run = "TrainingRunAnswer";
    public const string RunBody = "TrainingRunBody";
    public const string RunLogs = "TrainingRunLogsAnswer";
    public const string Stored = "StoredAnswer";
    public const string SignalsBody = "SignalsBody";

    private const string CatalogModel = "CatalogModel";
    private const string FieldFault = "FieldFault";
    private const string SignalItem = "Signal";

    /// <summary>Adds every shape, and how callers show who they are.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        document.Components!.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "A vendor's key vk_…, a deployment's token sit_…, or the operator's key." },
        };
        var schemas = document.Components.Schemas!;
        foreach (var (name, schema) in Shapes(document))
            schemas[name] = schema;
    }

    private static IEnumerable<(string Name, IOpenApiSchema Schema)> Shapes(OpenApiDocument document)
    {
        yield return (FieldFault, ApiSchemas.Object(null, ("path", ApiSchemas.Text("Where it stands: [0].confidence.")), ("message", ApiSchemas.Text("What is wrong with it."))));
        yield return (ValidationError, ApiSchemas.Object(
            ["details"], ("success", ApiSchemas.Always(value: false)), ("error", ApiSchemas.Text("The word for programs.")), ("message", ApiSchemas.Text("The text for people.")),
            ("details", ApiSchemas.List(document, FieldFault, "Every field that is wrong, of VALIDATION_ERROR."))));
        yield return (CatalogModel, CatalogShape());
        yield return (Catalog, Answer(ApiSchemas.List(document, CatalogModel, "By id.")));
        yield return (SignalItem, SignalShape());
        yield return (SignalsBody, new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchemaReference(SignalItem, document), Description = "Or one object of the first generation." });
        foreach (var (name, schema) in Bodies().Concat(Answers()))
            yield return (name, schema);
    }

    private static IEnumerable<(string Name, IOpenApiSchema Schema)> Answers()
    {
        yield return (Vendor, Answer(ApiSchemas.Object(
            null, ("id", Id("The vendor's id.")), ("name", ApiSchemas.Text("Its name.")), ("owner", ApiSchemas.Text("What its signals are owned by.")), ("created_at", ApiSchemas.Time("When it was made.")))));
        yield return (Validity, Answer(ApiSchemas.Object(
            ["deployment_id", "expires_at"], ("valid", ApiSchemas.Always(value: true)), ("kind", OneOf("vendor_key", "infra_token")), ("vendor_id", Id("Whose it is.")),
            ("deployment_id", Id("The deployment that it is for; absent of a vendor's key.")), ("scopes", ApiSchemas.Strings("What it may do.")),
            ("expires_at", ApiSchemas.Time("When it ends; absent when it does not.")))));
        yield return (Exchange, Answer(ApiSchemas.Object(null, ("api_key", ApiSchemas.Text("The key, shown this once.")), ("vendor_id", Id("Whose it is.")))));
        yield return (Model, Answer(ApiSchemas.Object(null, ("model_id", Id("The model.")), ("version_id", Id("Its version.")))));
        yield return (InfraToken, Answer(ApiSchemas.Object(
            null, ("deployment_id", Id("The deployment.")), ("infra_token", ApiSchemas.Text("The token, shown this once.")), ("expires_at", ApiSchemas.Time("When it ends.")))));
        yield return (Deployment, Answer(DeploymentShape()));
        yield return (Heartbeat, Answer(ApiSchemas.Object(null, ("heartbeat_id", Id("The heartbeat.")), ("timestamp", ApiSchemas.Time("When it was heard.")))));
        yield return (Run, Answer(RunShape()));
        yield return (RunLogs, Answer(ApiSchemas.Object(
            ["logs_url"], ("run_id", Id("The run.")), ("status", Statuses()), ("logs_url", ApiSchemas.Text("Where its log is; absent while it has none.")))));
        yield return (Stored, Answer(ApiSchemas.Object(null, ("stored", ApiSchemas.Count("How many were taken.")))));
    }

    private static IEnumerable<(string Name, IOpenApiSchema Schema)> Bodies()
    {
        yield return (ExchangeBody, Body(null, ("auth_code", ApiSchemas.Text("The code."))));
        yield return (ModelBody, Body(
            ["description", "deployment_id"], ("name", ApiSchemas.Text("Its name.")), ("description", ApiSchemas.Text("What it is.")), ("task", Tasks()), ("version", ApiSchemas.Text("Its version.")),
            ("deployment_id", ApiSchemas.Text("Where it runs, or will."))));
        yield return (DeploymentBody, Body(
            ["gpu"], ("name", ApiSchemas.Text("Its name.")), ("provider", ApiSchemas.Text("Where it runs.")), ("cpu", TextOrNumber("How much processor.")), ("memory", TextOrNumber("How much memory.")),
            ("gpu", ApiSchemas.Text("Which GPU.")), ("image", ApiSchemas.Text("Its container image."))));
        yield return (DeploymentChangeBody, Body(
            ["runpod_id", "status"], ("runpod_id", ApiSchemas.Text("Its id at RunPod.")), ("status", ApiSchemas.Text("How it fares."))));
        yield return (LinkBody, Body(null, ("signals_url", ApiSchemas.Text("Where it sends signals.")), ("consensus_url", ApiSchemas.Text("Where it sends consensus."))));
        yield return (HeartbeatBody, Body(
            ["metrics", "message"], ("deployment_id", Id("Which deployment.")), ("status", OneOf([.. Marketplace.Heartbeat.Statuses])), ("timestamp", ApiSchemas.Time("When, by its clock.")),
            ("metrics", Any("What it measured.")), ("message", ApiSchemas.Text("What else it says."))));
        yield return (RunBody, Body(
            ["hyperparams", "hf_repo_id", "output_format", "wandb", "budget"], ("round_id", ApiSchemas.Text("The round, or the word current.")),
            ("dataset_urls", ApiSchemas.Strings("Links to its files, at least one.")), ("task", Tasks()), ("hyperparams", Any("For the trainer.")), ("hf_repo_id", ApiSchemas.Text("Where the result goes.")),
            ("output_format", ApiSchemas.Text("In which format.")), ("wandb", Any("For the trainer.")),
            ("budget", Body(["max_hours", "max_cost_usd"], ("max_hours", Number("Hours at most.")), ("max_cost_usd", Number("Dollars at most."))))));
    }

    private static OpenApiSchema CatalogShape() => ApiSchemas.Object(
        ["description", "status"], ("id", Id("The model.")), ("name", ApiSchemas.Text("Its name.")), ("vendor", ApiSchemas.Text("Its vendor's name.")), ("task", Tasks()),
        ("stage", OneOf("shadow", "pilot", "prod", "retired")), ("created_at", ApiSchemas.Time("When it was registered.")), ("updated_at", ApiSchemas.Time("When it was registered last.")),
        ("last_heartbeat_at", Nullable(JsonSchemaType.String, "date-time", "When its deployment was last heard of; null when never.")),
        ("last_oos_sharpe", Nullable(JsonSchemaType.Number, "decimal", "Null: not measured.")),
        ("avg_confidence", Nullable(JsonSchemaType.Number, "decimal", "The mean of its last 100 signals; null when there are none.")),
        ("description", ApiSchemas.Text("What it is.")), ("status", ApiSchemas.Text("How its deployment fares, by its last heartbeat.")));

    private static OpenApiSchema SignalShape() => Body(
        ["vendor_id", "deployment_id", "model_id", "event_time", "model_version", "contributors"], ("symbol", ApiSchemas.Text("The symbol.")), ("timeframe", ApiSchemas.Text("How long a bar is.")),
        ("decision", OneOf("BUY", "SELL", "HOLD")), ("confidence", Number("From 0 to 1.")), ("model_version", ApiSchemas.Text("The model's version; required of signals.")),
        ("timestamp", ApiSchemas.Time("The bar.")), ("vendor_id", ApiSchemas.Text("Not looked at.")), ("deployment_id", ApiSchemas.Text("Not looked at.")),
        ("model_id", ApiSchemas.Text("The model; required with a vendor's key, the deployment's id when absent with a deployment's token.")),
        ("event_time", ApiSchemas.Time("When it was said; timestamp when absent.")), ("contributors", ApiSchemas.Strings("Of a consensus: what it is made of.")));

    private static OpenApiSchema DeploymentShape() => ApiSchemas.Object(
        ["runpod_id", "signals_url", "consensus_url", "last_heartbeat_at", "last_heartbeat_status"], ("deployment_id", Id("The deployment.")), ("name", ApiSchemas.Text("Its name.")),
        ("provider", ApiSchemas.Text("Where it runs.")), ("status", ApiSchemas.Text("How it fares, as its vendor says.")), ("image", ApiSchemas.Text("Its container image.")),
        ("runpod_id", ApiSchemas.Text("Its id at RunPod.")), ("signals_url", ApiSchemas.Text("Where it sends signals.")), ("consensus_url", ApiSchemas.Text("Where it sends consensus.")),
        ("created_at", ApiSchemas.Time("When it was made.")), ("updated_at", ApiSchemas.Time("When it was changed.")),
        ("last_heartbeat_at", ApiSchemas.Time("When it was last heard of; absent when never.")), ("last_heartbeat_status", OneOf([.. Marketplace.Heartbeat.Statuses])));

    private static OpenApiSchema RunShape() => ApiSchemas.Object(
        ["started_at", "finished_at", "logs_url", "artifacts", "note"], ("run_id", Id("The run.")), ("round_id", ApiSchemas.Text("The round that it trains on.")), ("task", Tasks()),
        ("provider", OneOf("runpod", "byoc")), ("status", Statuses()), ("created_at", ApiSchemas.Time("When it was asked for.")), ("metrics", Any("What was measured.")),
        ("started_at", ApiSchemas.Time("When it began.")), ("finished_at", ApiSchemas.Time("When it ended.")), ("logs_url", ApiSchemas.Text("Where its log is.")), ("artifacts", Any("What it made.")),
        ("note", ApiSchemas.Text("Why it is as it is.")));

    /// <summary>An answer with data of a shape.</summary>
    public static OpenApiSchema Answer(IOpenApiSchema data) => ApiSchemas.Object(null, ("success", ApiSchemas.Always(value: true)), ("data", data));

    /// <summary>A body; what nobody asks for in it is passed over.</summary>
    public static OpenApiSchema Body(string[]? optional, params (string Name, IOpenApiSchema Schema)[] properties)
    {
        var body = ApiSchemas.Object(optional, properties);
        body.AdditionalPropertiesAllowed = true;
        return body;
    }

    private static OpenApiSchema Id(string description) => ApiSchemas.Text(description);

    private static OpenApiSchema Any(string description) => new() { Type = JsonSchemaType.Object, Description = description };

    private static OpenApiSchema Number(string description) => new() { Type = JsonSchemaType.Number, Description = description };

    private static OpenApiSchema TextOrNumber(string description) => new() { Type = JsonSchemaType.String | JsonSchemaType.Number, Description = description };

    private static OpenApiSchema Nullable(JsonSchemaType type, string format, string description) => new() { Type = type | JsonSchemaType.Null, Format = format, Description = description };

    private static OpenApiSchema OneOf(params string[] choices) => new() { Type = JsonSchemaType.String, Enum = [.. choices.Select(choice => JsonValue.Create(choice))] };

    private static OpenApiSchema Tasks() => OneOf([.. Marketplace.Model.Tasks]);

    private static OpenApiSchema Statuses() => OneOf(RunStatus.Queued, RunStatus.Running, RunStatus.Succeeded, RunStatus.Failed, RunStatus.Cancelled);
}
