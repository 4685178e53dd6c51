using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TraderData.Simulator;

/// <summary>
/// <c>POST /sim/faults</c> with <c>{"kind":"Status","status":502,"count":2,"percent":100,"contains":"BTCUSDT","delayMs":50,"retryAfter":1}</c> adds a
/// fault (only the kind must be there; a count of null is for ever), <c>DELETE /sim/faults</c> forgets all, <c>GET /sim/stats</c> tells what was asked.
/// </summary>
internal static class FaultControl
{
    public static async Task<WireAnswer> HandleAsync(HttpRequest request, FaultScript faults, SimulatorStats stats)
    {
        switch (request.Method, request.Path.Value)
        {
            case ("GET", "/sim/stats"):
                return stats.Write();
            case ("DELETE", "/sim/faults"):
                faults.Clear();
                return Waiting(faults);
            case ("POST", "/sim/faults"):
                try
                {
                    using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
                    faults.Add(Read(json.RootElement));
                    return Waiting(faults);
                }
                catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
                {
                    return Error(400, e.Message);
                }

            default:
                return Error(404, $"{request.Method} {request.Path} is not there: GET /sim/stats, POST /sim/faults, DELETE /sim/faults");
        }
    }

    private static Fault Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException("a fault must be an object");
        FaultKind? kind = null;
        var fault = new Fault(default(FaultKind));
        foreach (var property in json.EnumerateObject())
        {
            var value = property.Value;
            fault = property.Name switch
            {
                "kind" => fault with { Kind = (kind = Kind(value.GetString())).Value },
                "contains" => fault with { Contains = value.GetString() },
                "count" => fault with { Count = value.ValueKind == JsonValueKind.Null ? null : value.GetInt32() },
                "percent" => fault with { Percent = value.GetInt32() },
                "status" => fault with { Status = value.GetInt32() },
                "delayMs" => fault with { Delay = TimeSpan.FromMilliseconds(value.GetInt32()) },
                "retryAfter" => fault with { RetryAfter = value.GetInt32() },
                _ => throw new FormatException($"a fault has no '{property.Name}'"),
            };
        }

        return kind is not null && fault.Count is null or >= 1 && fault.Status is >= 100 and <= 599
            ? fault
            : throw new FormatException("a fault must have a kind, a count of 1 or more and a status of 100 to 599");
    }

    private static FaultKind Kind(string? name) => Enum.TryParse<FaultKind>(name, ignoreCase: true, out var kind) && Enum.IsDefined(kind)
        ? kind
        : throw new FormatException($"kind must be one of {string.Join(", ", Enum.GetNames<FaultKind>())}, was '{name}'");

    private static WireAnswer Waiting(FaultScript faults) =>
        WireAnswer.Text(200, string.Create(CultureInfo.InvariantCulture, $"{{\"waiting\":{faults.Waiting}}}"));

    private static WireAnswer Error(int status, string message)
    {
        var answer = new WireAnswer { Status = status };
        using var json = new Utf8JsonWriter(answer.Body);
        json.WriteStartObject();
        json.WriteString("message", message);
        json.WriteEndObject();
        return answer;
    }
}
