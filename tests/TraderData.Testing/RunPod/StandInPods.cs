using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TraderData.Testing;

/// <summary>A pod as the stand-in has it.</summary>
public sealed class StandInPod(string id, JsonElement body)
{
    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>What it was made of.</summary>
    public JsonElement Body { get; } = body;

    /// <summary>Its name.</summary>
    public string Name { get; } = body.GetProperty("name").GetString()!;

    /// <summary>How it fares.</summary>
    public string Status { get; set; } = "PROVISIONING";

    /// <summary>One of its environment variables.</summary>
    public string EnvironmentOf(string name) => Body.GetProperty("env").GetProperty(name).GetString()!;

    /// <summary>As it is answered.</summary>
    public string Render() => $$"""{"id":"{{Id}}","name":"{{Name}}","status":"{{Status}}","cost":0.5,"gpu":null}""";
}

/// <summary>The pods of RunPod's REST API v2, in pages of two.</summary>
public sealed class StandInPods
{
    private const int PageSize = 2;

    private int _pods;

    /// <summary>The pods that there are.</summary>
    public ConcurrentDictionary<string, StandInPod> All { get; } = new();

    /// <summary>Adds one that somebody made.</summary>
    public StandInPod Add(string body)
    {
        using var document = JsonDocument.Parse(body);
        var pod = new StandInPod($"pod{Interlocked.Increment(ref _pods):D11}", document.RootElement.Clone());
        return All[pod.Id] = pod;
    }

    internal async Task<(int, string)> CreateAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        using var document = JsonDocument.Parse(body);
        // As the real one: exactly one of the two.
        return document.RootElement.TryGetProperty("gpu", out _) == document.RootElement.TryGetProperty("cpu", out _)
            ? (400, """{"title":"Bad Request","status":400,"detail":"exactly one of gpu or cpu"}""")
            : (201, Add(body).Render());
    }

    internal Task<(int, string)> ListAsync(HttpContext context)
    {
        var from = int.TryParse(context.Request.Query["cursor"], CultureInfo.InvariantCulture, out var cursor) ? cursor : 0;
        var all = All.Values.OrderBy(pod => pod.Id, StringComparer.Ordinal).ToArray();
        var page = string.Join(",", all.Skip(from).Take(PageSize).Select(pod => pod.Render()));
        var pagination = from + PageSize < all.Length ? $$"""{"hasNextPage":true,"nextCursor":"{{from + PageSize}}"}""" : """{"hasNextPage":false,"nextCursor":null}""";
        return Task.FromResult((200, $$"""{"pods":[{{page}}],"pagination":{{pagination}} }"""));
    }

    internal Task<(int, string)> FindAsync(HttpContext context) => Task.FromResult(
        All.TryGetValue((string)context.Request.RouteValues["id"]!, out var pod) ? (200, pod.Render()) : (404, """{"title":"Not Found","status":404,"detail":"resource not found"}"""));

    internal Task<(int, string)> DeleteAsync(HttpContext context) => Task.FromResult(
        All.TryRemove((string)context.Request.RouteValues["id"]!, out _) ? (204, "") : (404, """{"title":"Not Found","status":404,"detail":"resource not found"}"""));
}
