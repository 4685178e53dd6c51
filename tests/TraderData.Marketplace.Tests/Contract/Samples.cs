using System.Globalization;
using System.Text.Json;

namespace TraderData.Marketplace.Tests;

/// <summary>Records with recognisable values.</summary>
internal static class Samples
{
    public static readonly DateTime Now = Time("2026-11-22T10:00:00.123Z");

    public static DateTime Time(string text) => MarketplaceTime.Of(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public static Vendor Vendor(string name) => new($"vnd_{name}", $"Vendor {name}", name, Guid.NewGuid(), Now);

    public static Token Key(Vendor vendor, string name = "key") =>
        new($"tok_{vendor.Owner}_{name}", TokenKind.VendorKey, $"hash of {vendor.Owner} {name}", vendor.Id, null, Scopes.OfVendorKey, Now, null);

    public static Deployment Deployment(Vendor vendor, string name = "one") =>
        new($"dep_{vendor.Owner}_{name}", vendor.Id, name, "runpod", "2", "4Gi", null, "acme/alpha:1", "pending", Now, Now);

    public static Token InfraToken(Deployment deployment, string name = "first") => new(
        $"tok_{deployment.Id}_{name}", TokenKind.InfraToken, $"hash of {deployment.Id} {name}", deployment.VendorId, deployment.Id, Scopes.OfInfraToken, Now, Now.AddDays(90));

    public static Heartbeat Heartbeat(Deployment deployment, int second, string status = "ready") => new(
        $"hb_{second}", deployment.Id, deployment.VendorId, status, Now.AddSeconds(second), Now.AddSeconds(second).AddMilliseconds(7), Json("""{"latency_ms":12.50,"é":[1,null]}"""), "fine");

    public static TrainingRun Run(Vendor vendor, string name, int second = 0) => new(
        $"run_{name}", vendor.Id, "2026-11", "signal", "runpod", RunStatus.Queued, Json("""{"hyperparams":{"lr":0.001},"budget":{"max_hours":2}}"""), Json("{}"), Now.AddSeconds(second));

    public static Signal Signal(Vendor vendor, int bar, string decision = "BUY", decimal confidence = 0.75m, int eventSecond = 0, string model = "alpha") => new(
        vendor.Owner, model, "BTC/USD", "1h", Now.AddHours(bar), decision, confidence, Now.AddHours(bar).AddSeconds(eventSecond), vendor.Id, null)
    {
        Meta = Json("""{"model_version":"1.0.0"}"""),
    };

    public static SignalBatch Batch(Vendor vendor, string? key, params Signal[] signals) => new(SignalKind.Signal, vendor.Id, key, signals, Now);

    /// <summary>Everything of a record but the layout of its JSON, which stores may change.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        JsonElement json => Canonical(json),
        string text => text,
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        System.Collections.IEnumerable many => $"[{string.Join("; ", many.Cast<object?>().Select(Text))}]",
        _ when value.GetType() is { IsValueType: true } => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        _ => string.Join(", ", value.GetType().GetProperties().Where(p => p.Name != "EqualityContract").Select(p => $"{p.Name}={Text(p.GetValue(value))}")),
    };

    private static string Canonical(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", json.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}:{Canonical(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", json.EnumerateArray().Select(Canonical))}]",
        JsonValueKind.String => $"\"{json.GetString()}\"",
        _ => json.GetRawText(),
    };
}
