using Microsoft.OpenApi;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>What the document says of the endpoints of rounds, and the shapes of their answers.</summary>
internal static class RoundOperations
{
    public const string FilePath = "/api/datasets/files/{round}/{name}";

    private const string Tag = "rounds";
    private const string Rounds = "RoundsAnswer";
    private const string Round = "RoundAnswer";
    private const string RoundItem = "Round";
    private const string RoundFile = "RoundFile";
    private const string Links = "SignedUrlsAnswer";
    private const string LinkItem = "SignedUrl";
    private const string LinksBody = "SignedUrlsBody";
    private const string Json = "RoundJson";
    private const string Keys = "RoundKeys";

    private const string One =
        """{"round_id":"r20251130-1f6c0e8b9a7d","name":"majors-2025-11","schema_version":"1.0","created_at":"2025-12-01T00:00:00Z","is_current":true,"files":[{"name":"train.csv","type":"train","size_bytes":1048576,"format":"csv"}],"metadata":{"as_of":"2025-11-30T00:00:00Z","published_at":"2025-12-01T00:05:00Z","manifest_sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}""";

    private const string OneLink =
        """{"name":"train.csv","url":"http://localhost:8000/api/datasets/files/r20251130-1f6c0e8b9a7d/train.csv?exp=1764547200&sig=60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752","expires_at":"2025-12-01T00:00:00Z"}""";

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new("/api/rounds", "getRounds", Tag, "The rounds that are offered, newest first", null, Rounds, $$$"""{"success":true,"data":{"rounds":[{{{One}}}]}}""")
        {
            Scope = Scopes.RoundsRead, IsOfMarketplace = true, Description = "The first 10, or as many as limit (1 to 1000) says.",
        },
        new("/api/rounds/{id}", "getRound", Tag, "A round", null, Round, $$$"""{"success":true,"data":{{{One}}}}""")
        {
            Scope = Scopes.RoundsRead, IsOfMarketplace = true, Description = "The id may be the word current.",
        },
        new("/api/rounds/{id}/manifest", "getRoundManifest", Tag, "The manifest of a round, as it was signed", null, Json, """{"round_id":"r20251130-1f6c0e8b9a7d"}""") { Scope = Scopes.RoundsRead, IsOfMarketplace = true },
        new("/api/rounds/{id}/quality", "getRoundQuality", Tag, "What is known of the quality of a round's bars", null, Json, """{"round_id":"r20251130-1f6c0e8b9a7d"}""") { Scope = Scopes.RoundsRead, IsOfMarketplace = true },
        new("/api/datasets/signed-urls", "createSignedUrls", Tag, "Links to all files of a round, for 15 minutes", null, Links,
            $$$"""{"success":true,"data":{"urls":[{{{OneLink}}}],"round_id":"r20251130-1f6c0e8b9a7d","ttl_seconds":900},"urls":[{{{OneLink}}}],"round_id":"r20251130-1f6c0e8b9a7d","ttl_seconds":900}""")
        {
            Scope = Scopes.RoundsRead, IsOfMarketplace = true, Method = HttpMethod.Post, Body = (LinksBody, """{"round_id":"current"}"""),
            Description = "Whoever has a link has the file, until the link ends or the round is retired. What data holds stands beside it as well.",
        },
        new(FilePath, "getRoundFile", Tag, "A file of a round", null, "", "") { GivesFile = true, Description = "By a link alone, without headers. Ranges are given, so that a download goes on where it stopped." },
        new("/.well-known/jwks.json", "getRoundKeys", Tag, "The public keys that rounds are signed with", null, Keys,
            """{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","alg":"ES256","use":"sig","kid":"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"}]}"""),
    ];

    /// <summary>Adds the shapes.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        schemas[RoundFile] = ApiSchemas.Object(
            null, ("name", ApiSchemas.Text("Its name.")), ("type", ApiSchemas.Text("What it is: train, validation, test, features, quality, readme.")), ("size_bytes", ApiSchemas.Count("Bytes.")),
            ("format", ApiSchemas.Text("csv, parquet, json, md.")));
        schemas[RoundItem] = ApiSchemas.Object(
            ["description", "expires_at"], ("round_id", ApiSchemas.Text("Its id.")), ("name", ApiSchemas.Text("Its name for people.")), ("description", ApiSchemas.Text("A text for people.")),
            ("schema_version", ApiSchemas.Text("The version of its files' forms.")), ("created_at", ApiSchemas.Time("When it was built.")), ("expires_at", ApiSchemas.Time("When it is offered no more.")),
            ("is_current", new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "True for the one that is offered first." }), ("files", ApiSchemas.List(document, RoundFile, "Its files.")),
            ("metadata", ApiSchemas.Object(
                null, ("as_of", ApiSchemas.Time("The time whose bars it holds.")), ("published_at", ApiSchemas.Time("When it was published.")), ("manifest_sha256", ApiSchemas.Text("The digest of its manifest.")))));
        schemas[Rounds] = MarketShapes.Answer(ApiSchemas.Object(null, ("rounds", ApiSchemas.List(document, RoundItem, "The newest first."))));
        schemas[Round] = MarketShapes.Answer(new OpenApiSchemaReference(RoundItem, document));
        schemas[LinkItem] = ApiSchemas.Object(null, ("name", ApiSchemas.Text("The file's name.")), ("url", ApiSchemas.Text("The link.")), ("expires_at", ApiSchemas.Time("When it ends.")));
        (string, IOpenApiSchema)[] links = [("urls", ApiSchemas.List(document, LinkItem, "A link a file.")), ("round_id", ApiSchemas.Text("The round.")), ("ttl_seconds", ApiSchemas.Count("How long they count."))];
        schemas[Links] = ApiSchemas.Object(null, [("success", ApiSchemas.Always(value: true)), ("data", ApiSchemas.Object(null, links)), .. links]);
        schemas[LinksBody] = MarketShapes.Body(null, ("round_id", ApiSchemas.Text("The round, or the word current.")));
        schemas[Json] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "The file as it lies in the round: docs/rounds.md tells of its fields." };
        schemas[Keys] = ApiSchemas.Object(
            null, ("keys", new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "A JSON Web Key (RFC 7517)." } }));
    }
}
