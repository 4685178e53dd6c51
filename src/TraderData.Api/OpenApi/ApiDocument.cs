using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace TraderData.Api;

/// <summary>Describes the API as an OpenAPI 3.1 document. The endpoints write bytes themselves, so nothing could be inferred from types.</summary>
internal static class ApiDocument
{
    private const string Description =
        "OHLCV bars of exchanges, exact to the digit. Times are UTC; ranges hold their start and not their end. Prices and volumes are JSON numbers with all their digits: "
        + "read them as decimals, not as doubles. Every error is {success:false, error, message, details?}. Unknown parameters are refused. HEAD works where GET does.";

    /// <summary>Makes the document available under the name v1.</summary>
    public static void AddTraderDataOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Fill(document);
            return Task.CompletedTask;
        });
    });

    private static void Fill(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = HealthEndpoints.Service, Version = HealthEndpoints.Version, Description = Description };
        ApiSchemas.AddTo(document);
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "bars", Description = "What is held, and the bars themselves." },
            new() { Name = "charts", Description = "What chart libraries ask for: TradingView's UDF. Errors are {s:\"error\", errmsg} with status 200." },
            new() { Name = "marketplace", Description = "What vendors of models need: keys, the catalog, training, deployments, signals." },
            new() { Name = "rounds", Description = "Data sets to train on, links to their files, and the keys that they are signed with." },
            new() { Name = "exports", Description = "Files for Lona, made on the service." },
            new() { Name = "jobs", Description = "What is fetched and looked after on a schedule." },
            new() { Name = "service", Description = "Whether the service lives and can work." },
        };
        document.Paths = [];
        foreach (var operations in ApiOperation.All.GroupBy(operation => operation.Path, StringComparer.Ordinal))
        {
            document.Paths[operations.Key] = new OpenApiPathItem
            {
                Operations = operations.ToDictionary(operation => operation.Method, operation => Describe(operation, document)),
                Parameters = ParametersOf(operations.Key),
            };
        }
    }

    private static OpenApiOperation Describe(ApiOperation operation, OpenApiDocument document) => new()
    {
        OperationId = operation.Id,
        Summary = operation.Summary,
        Description = operation.Description,
        Tags = new HashSet<OpenApiTagReference> { new(operation.Tag, document) },
        Parameters = operation.Parameters is { Count: > 0 } parameters ? [.. parameters.Select(Describe)] : null,
        RequestBody = operation.Body is var (schema, example) ? new OpenApiRequestBody { Required = true, Content = Response("", schema, example, document).Content } : null,
        Security = operation.Scope is null && !operation.IsForOperators ? null : [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(MarketShapes.Bearer, document)] = [] }],
        Responses = Responses(operation, document),
    };

    private static List<IOpenApiParameter>? ParametersOf(string path)
    {
        if (path == RoundOperations.FilePath)
            return [PathPart("round", "The round's id.", null), PathPart("name", "The file's name.", null)];
        if (path == ExportOperations.FilePath)
            return [PathPart("id", "The export's id.", null), PathPart("file", "file, file.sha256 or file.manifest.json.", "file")];
        if (path.Contains("{name}", StringComparison.Ordinal))
            return [PathPart("name", "The job's name, as /api/jobs lists it.", "ingest:binance:1m")];
        return path.Contains("{id}", StringComparison.Ordinal) ? [PathPart("id", "The id that was answered when it was made.", null)] : null;
    }

    private static OpenApiParameter PathPart(string name, string description, string? example) => new()
    {
        Name = name,
        In = ParameterLocation.Path,
        Description = description,
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = example is null ? null : JsonValue.Create(example),
    };

    private static OpenApiParameter Describe(Parameter parameter) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Required = parameter.IsRequired,
        Schema = SchemaOf(parameter),
        Example = parameter.Example is not { } example ? null : parameter.Number is null ? JsonValue.Create(example) : JsonNode.Parse(example),
    };

    private static OpenApiSchema SchemaOf(Parameter parameter)
    {
        if (parameter.Number is var (least, greatest, byDefault))
        {
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = least.ToString(CultureInfo.InvariantCulture),
                Maximum = greatest.ToString(CultureInfo.InvariantCulture),
                Default = JsonValue.Create(byDefault),
            };
        }

        return new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = parameter.Choices is { } choices ? [.. choices.Select(c => JsonValue.Create(c))] : null,
            Default = parameter.Default is { } text ? JsonValue.Create(text) : null,
        };
    }

    private static OpenApiResponses Responses(ApiOperation operation, OpenApiDocument document)
    {
        var responses = new OpenApiResponses { ["200"] = operation.GivesEvents ? Events(operation) : operation.GivesFile ? File(operation) : operation.Schema.Length == 0 ? Plain(operation) : Response(operation.Summary + ".", operation.Schema, operation.Example, document) };
        if (operation.GivesBars)
            AddBarAnswers(responses);
        if (operation.Parameters is { } parameters && !operation.IsUdf)
        {
            Add(StatusCodes.Status400BadRequest, "A parameter is wrong: " + string.Join(", ", CodesOf(parameters)) + ".");
            Add(StatusCodes.Status414UriTooLong, $"The query is longer than {QueryText.MaxLength} characters: {ErrorCodes.QueryTooLong}.");
        }

        if (operation.GivesBars)
            Add(StatusCodes.Status406NotAcceptable, $"Accept allows none of the formats, or the bars fit in no Parquet file: {ErrorCodes.NotAcceptable}.");
        if (operation.ReadsSeries)
            Add(StatusCodes.Status404NotFound, $"The series is not held: {ErrorCodes.UnknownSeries}; details tell what is.");
        if (operation.IsForOperators)
        {
            Add(StatusCodes.Status401Unauthorized, $"The request is not from a program on the service's machine, and there is no operator's key, or it is not the right one: {ErrorCodes.Unauthorized}.");
            Add(StatusCodes.Status403Forbidden, $"The same, where the service has no operator's key: {ErrorCodes.LocalOnly}.");
            Add(StatusCodes.Status429TooManyRequests, $"Too many wrong keys from an address: {ErrorCodes.RateLimited}.");
        }

        if (operation.IsOfExports)
            Add(StatusCodes.Status404NotFound, $"There is no such export, or it has no file: {ErrorCodes.UnknownExport}, {ErrorCodes.NotFound}.");
        if (operation is { IsOfExports: true, IsForOperators: true })
            Add(StatusCodes.Status409Conflict, $"The export waits or is being written: {ErrorCodes.ExportOpen}.");
        if (operation is { IsForOperators: true, Body: not null })
        {
            Add(StatusCodes.Status400BadRequest, $"The body is wrong: {ErrorCodes.BadJson}, or {ErrorCodes.Validation} with details.");
            Add(StatusCodes.Status413PayloadTooLarge, $"The body is too large: {ErrorCodes.BodyTooLarge}.");
            responses["202"] = responses["200"];
        }

        if (operation.IsAction)
        {
            Add(StatusCodes.Status404NotFound, $"There is no such job, or no schedule here: {ErrorCodes.UnknownJob}, {ErrorCodes.NoSchedule}.");
        }
        else if (operation.NeedsSchedule)
        {
            Add(StatusCodes.Status404NotFound, $"There is no schedule here: {ErrorCodes.NoSchedule}.");
        }

        if (operation.IsOfMarketplace)
            MarketResponses(operation, Add);
        if (operation.GivesFile)
        {
            if (!operation.IsOfExports)
                Add(StatusCodes.Status403Forbidden, $"The link was changed, has expired, or its round is offered no more: {ErrorCodes.Forbidden}.");
            Add(StatusCodes.Status503ServiceUnavailable, $"The store cannot be reached at the moment: {ErrorCodes.StoreUnavailable}.");
            responses["206"] = new OpenApiResponse { Description = "The range that was asked for." };
            responses["416"] = new OpenApiResponse { Description = "The file has no such range." };
        }

        if (operation.AnswersObjectsEmpty)
            responses["204"] = new OpenApiResponse { Description = "The body was one object of the first generation, and was taken." };
        if (operation.AsksStore)
        {
            Add(StatusCodes.Status500InternalServerError, $"The service failed: {ErrorCodes.Internal}, or {ErrorCodes.DataFault} when what is held cannot be given. Once an answer has begun, a failure breaks off the connection instead.");
            Add(StatusCodes.Status503ServiceUnavailable, $"The store cannot be reached at the moment: {ErrorCodes.StoreUnavailable}{(operation.GivesEvents ? $"; or no stream more can be opened: {ErrorCodes.TooManyStreams}" : operation.Body is not null ? $"; or as many exports wait as may: {ErrorCodes.TooManyExports}" : "")}.");
        }
        else if (operation.CanBeUnready)
        {
            Add(StatusCodes.Status503ServiceUnavailable, $"A check failed: {ErrorCodes.NotReady}; details tell which.");
        }

        return responses;

        void Add(int status, string description)
        {
            var schema = status == StatusCodes.Status400BadRequest && (operation.IsOfMarketplace || operation.Body is not null) ? MarketShapes.ValidationError : ApiSchemas.Error;
            var response = Response(description, schema, null, document);
            if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            {
                response.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
                {
                    ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
                };
            }

            responses[status.ToString(CultureInfo.InvariantCulture)] = response;
        }
    }

    private static void MarketResponses(ApiOperation operation, Action<int, string> add)
    {
        if (operation.Body is not null)
        {
            add(StatusCodes.Status400BadRequest, $"The body is wrong: {ErrorCodes.BadJson}, or {ErrorCodes.Validation} with details.");
            add(StatusCodes.Status413PayloadTooLarge, $"The body is too large: {ErrorCodes.BodyTooLarge}.");
        }

        add(StatusCodes.Status401Unauthorized, $"There is no key, code or token, or it is not valid: {ErrorCodes.Unauthorized}.");
        add(StatusCodes.Status429TooManyRequests, $"Too many requests of a deployment, or too many wrong keys from an address: {ErrorCodes.RateLimited}.");
        if (operation.Scope is { } scope)
            add(StatusCodes.Status403Forbidden, $"The token may not do this, it lacks {scope}, or it speaks for another deployment or owner: {ErrorCodes.Forbidden}.");
        if (operation.Path.Contains("{id}", StringComparison.Ordinal) || operation.Body?.Schema is MarketShapes.HeartbeatBody or MarketShapes.RunBody)
            add(StatusCodes.Status404NotFound, $"The vendor has nothing of this id: {ErrorCodes.NotFound}; or there is no such round: {ErrorCodes.UnknownRound}.");
        add(StatusCodes.Status500InternalServerError, $"The service failed: {ErrorCodes.Internal}.");
        add(StatusCodes.Status503ServiceUnavailable, $"The marketplace is off: {ErrorCodes.MarketplaceOff}; or the store cannot be reached at the moment: {ErrorCodes.StoreUnavailable}.");
    }

    private static OpenApiResponse File(ApiOperation operation) => new()
    {
        Description = operation.Summary + ".",
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["*/*"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
        },
    };

    private static OpenApiResponse Plain(ApiOperation operation) => new()
    {
        Description = operation.Summary + ".",
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            [operation.ContentType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = JsonValue.Create(operation.Example) },
        },
    };

    private static OpenApiResponse Events(ApiOperation operation) => new()
    {
        Description = operation.Summary + ".",
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            [StreamEndpoint.ContentType] = new()
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Events of the type bar: id is the bar's opening time, data its row as /api/marketdata/ohlcv gives it." },
                Example = JsonValue.Create(operation.Example),
            },
        },
    };

    private static void AddBarAnswers(OpenApiResponses responses)
    {
        var ok = (OpenApiResponse)responses["200"];
        foreach (var type in AnswerFormats.MediaTypes.Skip(1))
            ok.Content![type] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The rows alone." } };
        ok.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
        {
            ["ETag"] = Header("Names what stands in the answer; send it as If-None-Match."),
            ["Cache-Control"] = Header("How long the answer may be kept."),
            ["X-Resampled-From"] = Header("The finer timeframe that the bars are made of; absent when they are held."),
            ["X-Next-Cursor"] = Header("The next_cursor of formats other than JSON; Link leads to the next page too."),
        };
        responses["304"] = new OpenApiResponse { Description = "The client has this answer: If-None-Match names its ETag." };
    }

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiResponse Response(string description, string schema, string? example, OpenApiDocument document) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            [JsonAnswer.ContentType] = new()
            {
                Schema = new OpenApiSchemaReference(schema, document),
                Example = example is null ? null : JsonNode.Parse(example),
            },
        },
    };

    private static IEnumerable<string> CodesOf(IReadOnlyList<Parameter> parameters)
    {
        yield return ErrorCodes.UnknownParameter;
        if (parameters.Count > 0)
            yield return ErrorCodes.RepeatedParameter;
        if (parameters.Any(p => p.IsRequired || p.Name == "symbol"))
            yield return ErrorCodes.MissingParameter;
        yield return ErrorCodes.BadEncoding;
        foreach (var code in parameters.SelectMany(CodesOf).Distinct(StringComparer.Ordinal))
            yield return code;
    }

    private static IEnumerable<string> CodesOf(Parameter parameter) => parameter.Name switch
    {
        "symbol" => [ErrorCodes.BadSymbol],
        "tf" or "interval" => [ErrorCodes.BadTimeframe],
        "source" => [ErrorCodes.BadSource],
        "symbols" => [ErrorCodes.BadSymbol],
        "start" or "end" => [ErrorCodes.BadTime, ErrorCodes.BadRange],
        "as_of" => [ErrorCodes.BadTime, ErrorCodes.BadAsOf],
        "year" => [ErrorCodes.BadYear],
        "complete" => [ErrorCodes.BadComplete],
        "fields" => [ErrorCodes.BadFields],
        "include_provisional" => [ErrorCodes.BadProvisional],
        "format" => [ErrorCodes.BadFormat],
        "limit" => [ErrorCodes.BadLimit],
        "order" => [ErrorCodes.BadOrder],
        "cursor" => [ErrorCodes.BadCursor],
        _ => [],
    };
}
