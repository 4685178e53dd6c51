using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace TraderData.Api.Tests;

public sealed class OpenApiDocumentTests
{
    [Fact]
    public async Task Document_is_valid_OpenApi_3_1()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.GetAsync("/openapi/v1.json");
        Assert.Equal(200, answer.Status);
        var read = OpenApiDocument.Parse(answer.Text, OpenApiConstants.Json);
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public async Task Document_describes_every_route_and_no_other()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        using var document = await DocumentAsync(api);
        var routes = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true })
            .Select(e => (Path: "/" + e.RoutePattern.RawText!.Trim('/'), Methods: e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            .Where(e => !e.Path.StartsWith("/openapi", StringComparison.Ordinal) && !e.Path.StartsWith("/docs", StringComparison.Ordinal))
            .SelectMany(e => e.Methods.Where(method => method != "HEAD").Select(method => $"{e.Path} {method}"));
        Assert.Equal(
            routes.Order(StringComparer.Ordinal), Operations(document).Select(o => $"{o.Path} {o.Method}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_of_the_document_have_the_shape_that_it_gives()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        using var document = await DocumentAsync(api);
        var check = new SchemaCheck(document.RootElement);
        foreach (var (_, _, operation) in Operations(document))
        {
            if (operation.TryGetProperty("requestBody", out var body))
            {
                var sent = body.GetProperty("content").GetProperty("application/json");
                Assert.Null(check.FindFault(sent.GetProperty("schema"), sent.GetProperty("example")));
            }

            var contents = operation.GetProperty("responses").GetProperty("200").GetProperty("content");
            if (contents.TryGetProperty("text/event-stream", out var events))
            {
                // The data of an event is a row of ohlcv.
                var lines = events.GetProperty("example").GetString()!.Split('\n');
                using var rows = JsonDocument.Parse($"{{\"success\":true,\"data\":[{Assert.Single(lines, line => line.StartsWith("data: ", StringComparison.Ordinal))[6..]}]}}");
                Assert.Null(check.FindFault(check.Resolve("#/components/schemas/OhlcvAnswer"), rows.RootElement));
                continue;
            }

            // A file of a round has no example, and text no shape.
            if (contents.TryGetProperty("*/*", out _) || contents.TryGetProperty("text/plain", out _))
                continue;
            var content = contents.GetProperty("application/json");
            Assert.Null(check.FindFault(content.GetProperty("schema"), content.GetProperty("example")));
        }
    }

    [Fact]
    public async Task Examples_of_parameters_are_accepted_and_choices_and_bounds_hold()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), new ModelJobs().AddTo);
        using var document = await DocumentAsync(api);
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("get", out var get) || !get.TryGetProperty("parameters", out var parameters))
                continue;
            var query = parameters.EnumerateArray().Where(p => p.TryGetProperty("example", out _))
                .Select(p => $"{p.GetProperty("name").GetString()}={p.GetProperty("example")}");
            // A stream of events has no end: its head tells as much.
            var method = path.Name == "/api/marketdata/stream" ? HttpMethod.Head : HttpMethod.Get;
            Assert.Equal(200, (await api.SendAsync(method, $"{path.Name}?{string.Join('&', query)}")).Status);
            var required = string.Join('&', parameters.EnumerateArray().Where(p => p.TryGetProperty("required", out _) || p.GetProperty("name").GetString() == "symbol").Select(p => $"{p.GetProperty("name").GetString()}={p.GetProperty("example")}"));
            foreach (var limit in parameters.EnumerateArray().Where(p => p.GetProperty("schema").TryGetProperty("maximum", out _)))
            {
                var (least, most) = (limit.GetProperty("schema").GetProperty("minimum").GetInt32(), limit.GetProperty("schema").GetProperty("maximum").GetInt32());
                foreach (var (value, status) in new List<(int, int)> { (least, 200), (most, 200), (least - 1, 400), (most + 1, 400) })
                    Assert.Equal(status, (await api.GetAsync($"{path.Name}?{required}&limit={value.ToString(CultureInfo.InvariantCulture)}")).Status);
            }
        }
    }

    [Theory]
    [MemberData(nameof(GoldenTests.Names), MemberType = typeof(GoldenTests))]
    public async Task Golden_answer_has_the_shape_that_the_document_gives_its_status(string name)
    {
        var golden = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".http"), TestContext.Current.CancellationToken)).Split('\n');
        var (method, path, status, body) = (golden[0].Split(' ')[0], golden[0].Split(' ')[1].Split('?')[0], golden[1], golden[^2]);
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        using var document = await DocumentAsync(api);
        var check = new SchemaCheck(document.RootElement);

        if (!golden.Contains("Content-Type: application/json", StringComparer.Ordinal))
        {
            var types = document.RootElement.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("responses").GetProperty(status).GetProperty("content");
            Assert.Contains(types.EnumerateObject(), type => golden.Any(line => line.StartsWith($"Content-Type: {type.Name}", StringComparison.Ordinal)));
            return;
        }

        // What routing refuses belongs to no path of the document, but is an error like all others.
        var schema = document.RootElement.GetProperty("paths").TryGetProperty(path, out var item) && method != "POST"
            ? item.GetProperty("get").GetProperty("responses").GetProperty(status).GetProperty("content").GetProperty("application/json").GetProperty("schema")
            : check.Resolve("#/components/schemas/Error");
        if (method == "HEAD")
        {
            Assert.Equal("", body);
            return;
        }

        using var json = JsonDocument.Parse(body);
        Assert.Null(check.FindFault(schema, json.RootElement));
        if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var code) && item.ValueKind == JsonValueKind.Object && method != "POST")
            Assert.Contains(code.GetString()!, item.GetProperty("get").GetProperty("responses").GetProperty(status).GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_at_docs_loads_this_document()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.GetAsync("/docs");
        for (var hops = 0; answer.Status is 301 or 302 or 307 && hops < 3; hops++)
            answer = await api.GetAsync(new Uri(new Uri(api.Address, "/docs"), answer.Headers.Location!).AbsolutePath);
        Assert.Equal(200, answer.Status);
        Assert.Equal("text/html", answer.ContentHeaders.ContentType?.MediaType);
        var script = await api.GetAsync("/docs/swagger-ui-bundle.js");
        Assert.Equal(200, script.Status);
        var start = await api.GetAsync("/docs/index.js");
        Assert.Contains("/openapi/v1.json", start.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await api.GetAsync("/docs/nothing.js")).Status);
    }

    private static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations(JsonDocument document) =>
        from path in document.RootElement.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where operation.Name != "parameters"
        select (path.Name, operation.Name.ToUpperInvariant(), operation.Value);

    private static async Task<JsonDocument> DocumentAsync(ApiHost api) => JsonDocument.Parse((await api.GetAsync("/openapi/v1.json")).Text);
}
