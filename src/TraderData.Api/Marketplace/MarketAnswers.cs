using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>The <c>data</c> of <c>/api/vendors/me</c>.</summary>
internal sealed record VendorData(string Id, string Name, string Owner, DateTime CreatedAt);

/// <summary>The <c>data</c> of a code that was changed for a key.</summary>
internal sealed record ExchangeData(string ApiKey, string VendorId);

/// <summary>The <c>data</c> about a token.</summary>
internal sealed record ValidateData(bool Valid, string Kind, string VendorId, string? DeploymentId, string[] Scopes, DateTime? ExpiresAt);

/// <summary>A model of the catalog. Three of its fields are null when they are not known: clients look for them.</summary>
internal sealed record CatalogData(
    string Id, string Name, string Vendor, string Task, string Stage, DateTime CreatedAt, DateTime UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTime? LastHeartbeatAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? LastOosSharpe,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? AvgConfidence,
    string? Description, string? Status);

/// <summary>The <c>data</c> of a model that was registered.</summary>
internal sealed record ModelData(string ModelId, string VersionId);

/// <summary>The <c>data</c> of a token for a deployment.</summary>
internal sealed record InfraTokenData(string DeploymentId, string InfraToken, DateTime ExpiresAt);

/// <summary>The <c>data</c> of a deployment.</summary>
internal sealed record DeploymentData(
    string DeploymentId, string Name, string Provider, string Status, string Image, string? RunpodId, string? SignalsUrl, string? ConsensusUrl, DateTime CreatedAt, DateTime UpdatedAt,
    DateTime? LastHeartbeatAt, string? LastHeartbeatStatus);

/// <summary>The <c>data</c> of a heartbeat.</summary>
internal sealed record HeartbeatData(string HeartbeatId, DateTime Timestamp);

/// <summary>The <c>data</c> of a training run.</summary>
internal sealed record RunData(
    string RunId, string RoundId, string Task, string Provider, string Status, DateTime CreatedAt, JsonElement Metrics, DateTime? StartedAt, DateTime? FinishedAt, string? LogsUrl,
    JsonElement? Artifacts, string? Note);

/// <summary>The <c>data</c> about a run's log.</summary>
internal sealed record RunLogsData(string RunId, string Status, string? LogsUrl);

/// <summary>The <c>data</c> of signals that were taken.</summary>
internal sealed record StoredData(int Stored);

/// <summary>The JSON of the marketplace's answers: absent fields are left out, times are ISO 8601 with Z.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope<VendorData>))]
[JsonSerializable(typeof(Envelope<ExchangeData>))]
[JsonSerializable(typeof(Envelope<ValidateData>))]
[JsonSerializable(typeof(Envelope<CatalogData[]>))]
[JsonSerializable(typeof(Envelope<ModelData>))]
[JsonSerializable(typeof(Envelope<InfraTokenData>))]
[JsonSerializable(typeof(Envelope<DeploymentData>))]
[JsonSerializable(typeof(Envelope<HeartbeatData>))]
[JsonSerializable(typeof(Envelope<RunData>))]
[JsonSerializable(typeof(Envelope<RunLogsData>))]
[JsonSerializable(typeof(Envelope<StoredData>))]
[JsonSerializable(typeof(Envelope<RoundsData>))]
[JsonSerializable(typeof(Envelope<RoundData>))]
[JsonSerializable(typeof(SignedUrlsAnswer))]
internal sealed partial class MarketJson : JsonSerializerContext;

/// <summary><c>{"success":true,"data":…}</c>.</summary>
internal sealed record Envelope<T>(bool Success, T Data);

/// <summary>Writes answers of the marketplace. They may hold secrets, and are kept by nobody.</summary>
internal static class MarketAnswer
{
    /// <summary>The bytes of an answer.</summary>
    public static byte[] Render<T>(T data) => JsonSerializer.SerializeToUtf8Bytes(new Envelope<T>(Success: true, data), typeof(Envelope<T>), MarketJson.Default);

    /// <summary>Sends data.</summary>
    public static Task WriteAsync<T>(HttpContext context, T data) => WriteAsync(context, Render(data));

    /// <summary>Sends an answer that is its own envelope.</summary>
    public static Task WriteJsonAsync<T>(HttpContext context, T answer) => WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(answer, typeof(T), MarketJson.Default));

    /// <summary>Sends an answer's bytes.</summary>
    public static async Task WriteAsync(HttpContext context, byte[] bytes)
    {
        context.Response.ContentType = JsonAnswer.ContentType;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }
}
