using Microsoft.OpenApi;

namespace TraderData.Api;

/// <summary>What the document says of the endpoints of exports, and the shapes of their answers.</summary>
internal static class ExportOperations
{
    public const string FilePath = "/api/exports/{id}/{file}";

    private const string Tag = "exports";
    private const string Item = "Export";
    private const string List = "ExportsAnswer";
    private const string One = "ExportAnswer";
    private const string Body = "ExportBody";

    private const string Example =
        """{"id":"3f2a9c0d1e4b5a67","status":"done","file":"BTCUSDT_1h_20240101_20240201.csv","source":"binance","symbol":"BTCUSDT","timeframe":"1h","start":"2024-01-01T00:00:00Z","end":"2024-02-01T00:00:00Z","format":"csv","time_format":"unix-ms","extended":false,"complete":false,"on_gap":"warn","as_of":"2024-03-01T12:34:56Z","created_at":"2024-03-01T12:34:56Z","finished_at":"2024-03-01T12:34:57Z","rows":744,"bytes":46128,"progress":1,"missing_bars":0}""";

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new("/api/exports", "getExports", Tag, "Exports that were asked for, newest first", ExportEndpoints.Parameters, List, $$$"""{"success":true,"data":[{{{Example}}}]}""")
        {
            Description = "The last 200, of all processes. One whose process ended before it did is interrupted.",
        },
        new("/api/exports", "createExport", Tag, "Make an export for Lona", ExportEndpoints.Parameters, One, $$$"""{"success":true,"data":{{{Example}}}}""")
        {
            Method = HttpMethod.Post, IsForOperators = true, ReadsSeries = true,
            Body = (Body, """{"symbol":"BTCUSDT","timeframe":"1h","start":"2024-01-01","end":"2024-02-01","format":"csv"}"""),
            Description = "200 when the file is there already, 202 when it waits or is written. Asked for again with the same as_of it is the same file; without as_of it is of now. One is written at a time.",
        },
        new("/api/exports/{id}", "getExport", Tag, "How an export stands", ExportEndpoints.Parameters, One, $$$"""{"success":true,"data":{{{Example}}}}""") { IsOfExports = true },
        new("/api/exports/{id}", "deleteExport", Tag, "Remove an export with its files", ExportEndpoints.Parameters, One, $$$"""{"success":true,"data":{{{Example}}}}""")
        {
            Method = HttpMethod.Delete, IsForOperators = true, IsOfExports = true, Description = "It is answered as it stood. Asked for again with the same as_of it is made again, the same file.",
        },
        new(FilePath, "getExportFile", Tag, "The file of an export, its checksum or its manifest", null, "", "")
        {
            GivesFile = true, IsOfExports = true, Description = "file, file.sha256 or file.manifest.json. Ranges are given, so that a download goes on where it stopped.",
        },
    ];

    /// <summary>Adds the shapes.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        (string, IOpenApiSchema)[] asked =
        [
            ("symbol", ApiSchemas.Text("The symbol.")), ("timeframe", ApiSchemas.Text("How long a bar is; also one that is made of a finer one.")), ("start", ApiSchemas.Text("The first opening time.")),
            ("end", ApiSchemas.Text("Opening times before this one.")), ("format", Choice("csv", "json")), ("time_format", Choice("unix-ms", "datetime", "iso")),
            ("extended", Bool("True for the columns vwap and trades.")), ("complete", Bool("True to leave out made bars that lack parts.")), ("on_gap", Choice("warn", "fail")),
            ("as_of", ApiSchemas.Text("The bars as they were held at this time.")),
        ];
        schemas[Body] = MarketShapes.Body(["format", "time_format", "extended", "complete", "on_gap", "as_of"], asked);
        schemas[Item] = ApiSchemas.Object(
            ["finished_at", "bytes", "progress", "missing_bars", "error"],
            [
                ("id", ApiSchemas.Text("Its id: the same for the same order.")), ("status", Choice("queued", "running", "done", "incomplete", "failed", "interrupted")), ("file", ApiSchemas.Text("The name of its file.")),
                ("source", ApiSchemas.Text("Where the bars come from.")), .. asked, ("created_at", ApiSchemas.Time("When it was asked for.")), ("finished_at", ApiSchemas.Time("When it ended; absent while it has not.")),
                ("rows", ApiSchemas.Count("Bars that are written.")), ("bytes", ApiSchemas.Count("Bytes of the file; absent before it is there.")),
                ("progress", new OpenApiSchema { Type = JsonSchemaType.Number, Description = "How much of the range is behind it, 0 to 1; absent before it runs." }),
                ("missing_bars", ApiSchemas.Count("Bars of the range that are missing; absent before that is known.")), ("error", ApiSchemas.Text("Why there is no file; absent when there is, or is to be.")),
            ]);
        schemas[List] = ApiSchemas.Object(null, ("success", ApiSchemas.Always(value: true)), ("data", ApiSchemas.List(document, Item, "Newest first.")));
        schemas[One] = MarketShapes.Answer(new OpenApiSchemaReference(Item, document));
    }

    private static OpenApiSchema Choice(params string[] words) => new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (System.Text.Json.Nodes.JsonNode)word)] };

    private static OpenApiSchema Bool(string description) => new() { Type = JsonSchemaType.Boolean, Description = description };
}
