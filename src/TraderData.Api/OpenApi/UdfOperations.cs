using Microsoft.OpenApi;

namespace TraderData.Api;

/// <summary>What the document says of the endpoints that chart libraries call, and the shapes of their answers.</summary>
internal static class UdfOperations
{
    private const string Tag = "charts";
    private const string Config = "UdfConfig";
    private const string Symbol = "UdfSymbol";
    private const string Found = "UdfFound";
    private const string FoundItem = "UdfFoundSymbol";
    private const string History = "UdfHistory";

    private static readonly string[] TextsOfSymbol =
        ["name", "ticker", "full_name", "description", "type", "exchange", "listed_exchange", "session", "timezone", "format", "data_status", "s", "errmsg"];

    private static readonly string[] Prices = ["o", "h", "l", "c"];

    public static readonly IReadOnlyList<ApiOperation> All =
    [
        new("/udf/config", "getUdfConfig", Tag, "What a chart library may ask for", null, Config,
            """{"supported_resolutions":["1","5","15","30","60","240","1D","1W"],"supports_search":true,"supports_group_request":false,"supports_marks":false,"supports_timescale_marks":false,"supports_time":true}"""),
        new("/udf/time", "getUdfTime", Tag, "The time at the service, Unix seconds as text", null, "", "1709296496") { ContentType = UdfConfigEndpoint.TimeContentType },
        new("/udf/symbols", "getUdfSymbol", Tag, "What a chart must know of a symbol", UdfParameters.OfSymbols, Symbol,
            """{"name":"BTCUSDT","ticker":"BTCUSDT","full_name":"BINANCE:BTCUSDT","description":"BTCUSDT","type":"crypto","exchange":"BINANCE","listed_exchange":"BINANCE","session":"24x7","timezone":"Etc/UTC","format":"price","minmov":1,"pricescale":100,"volume_precision":5,"has_intraday":true,"has_daily":true,"has_weekly_and_monthly":true,"intraday_multipliers":["60","240"],"supported_resolutions":["60","240","1D","1W"],"data_status":"streaming"}""")
        {
            IsUdf = true,
        },
        new("/udf/search", "searchUdfSymbols", Tag, "Symbols that somebody may be typing", UdfParameters.OfSearch, Found,
            """[{"symbol":"BTCUSDT","ticker":"BTCUSDT","full_name":"BINANCE:BTCUSDT","description":"BTCUSDT","exchange":"BINANCE","type":"crypto"}]""")
        {
            IsUdf = true,
        },
        new("/udf/history", "getUdfHistory", Tag, "The bars that a chart shows", UdfParameters.OfHistory, History,
            """{"s":"ok","t":[1706731200],"o":[42870.13],"h":[42933.9],"l":[42810],"c":[42919.99],"v":[812.44102]}""")
        {
            IsUdf = true, Description = "Oldest first. Bars of days are told by midnight UTC. Without any in the range, nextTime is that of the newest bar before it.",
        },
    ];

    /// <summary>Adds the shapes.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        schemas[Config] = ApiSchemas.Object(
            null, ("supported_resolutions", ApiSchemas.Strings("How long bars may be.")), ("supports_search", ApiSchemas.Always(value: true)), ("supports_group_request", ApiSchemas.Always(value: false)),
            ("supports_marks", ApiSchemas.Always(value: false)), ("supports_timescale_marks", ApiSchemas.Always(value: false)), ("supports_time", ApiSchemas.Always(value: true)));
        schemas[Symbol] = SymbolShape();
        schemas[FoundItem] = ApiSchemas.Object(
            null, ("symbol", ApiSchemas.Text("The symbol.")), ("ticker", ApiSchemas.Text("The same.")), ("full_name", ApiSchemas.Text("With its exchange.")), ("description", ApiSchemas.Text("The symbol.")),
            ("exchange", ApiSchemas.Text("The source, upper case.")), ("type", ApiSchemas.Text("crypto, stock or unknown.")));
        schemas[Found] = ApiSchemas.List(document, FoundItem, "The best match first.");
        schemas[History] = HistoryShape();
    }

    // Every property but s and errmsg is there in an answer, and only these in an error.
    private static OpenApiSchema SymbolShape()
    {
        (string Name, IOpenApiSchema Schema)[] texts =
        [
            .. TextsOfSymbol.Select(name => (name, (IOpenApiSchema)ApiSchemas.Text("See TradingView's LibrarySymbolInfo."))),
        ];
        (string Name, IOpenApiSchema Schema)[] rest =
        [
            ("minmov", ApiSchemas.Count("The least step of a price, in units of 1/pricescale.")), ("pricescale", ApiSchemas.Count("A power of ten.")), ("volume_precision", ApiSchemas.Count("Digits of volumes.")),
            ("has_intraday", Flag()), ("has_daily", Flag()), ("has_weekly_and_monthly", Flag()),
            ("intraday_multipliers", ApiSchemas.Strings("Minutes that can be read.")), ("supported_resolutions", ApiSchemas.Strings("All that can be read.")),
        ];
        (string Name, IOpenApiSchema Schema)[] all = [.. texts, .. rest];
        return ApiSchemas.Object([.. all.Select(p => p.Name)], all);
    }

    private static OpenApiSchema HistoryShape()
    {
        (string Name, IOpenApiSchema Schema)[] columns = [.. Prices.Select(name => (name, (IOpenApiSchema)Numbers(JsonSchemaType.Number, "Prices.")))];
        return ApiSchemas.Object(
            ["t", "o", "h", "l", "c", "v", "nextTime", "errmsg"],
            [
                ("s", ApiSchemas.Text("ok, no_data or error.")), ("t", Numbers(JsonSchemaType.Integer, "Opening times, Unix seconds.")), .. columns,
                ("v", Numbers(JsonSchemaType.Number | JsonSchemaType.Null, "Volumes; null where one is not known.")), ("nextTime", ApiSchemas.Count("The newest bar before the range, Unix seconds.")),
                ("errmsg", ApiSchemas.Text("What was wrong.")),
            ]);
    }

    private static OpenApiSchema Flag() => new() { Type = JsonSchemaType.Boolean };

    private static OpenApiSchema Numbers(JsonSchemaType type, string description) =>
        new() { Type = JsonSchemaType.Array, Description = description, Items = new OpenApiSchema { Type = type } };
}
