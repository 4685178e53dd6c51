using System.Buffers;
using System.Text;
using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>Reads how a job fares: <c>{"id","status","output":{"metrics":{},"artifacts":{},"logs_url"},"error"}</c>. Fields that nobody asks for are passed over; what is malformed counts as absent.</summary>
internal static class RunPodOutput
{
    private const int MaxUrlLength = 4_096;
    private const int MaxStatusLength = 40;

    private static readonly string[] s_artifacts = ["hf_repo", "tarball_url", "commit"];

    /// <summary>Reads an answer to <c>status</c> or <c>cancel</c>.</summary>
    /// <exception cref="ProviderException">It tells no status.</exception>
    public static TrainingProgress Read(JsonElement answer)
    {
        var status = TextAt(answer, "status") ?? throw new ProviderException(ProviderErrorKind.Unclear, "RunPod answered without telling a status");
        var (state, output) = (StateOf(status), At(answer, "output"));
        var metrics = At(output, "metrics");
        var fault = FaultOf(metrics);
        return new TrainingProgress(state)
        {
            Metrics = metrics.ValueKind == JsonValueKind.Object && fault is null ? metrics : null,
            Artifacts = ArtifactsOf(At(output, "artifacts")),
            LogsUrl = UrlOf(TextAt(output, "logs_url")),
            Text = state == ProgressState.Unknown ? ProviderText.Clean(status, MaxStatusLength) : ErrorOf(At(answer, "error")) ?? fault,
        };
    }

    /// <summary>A field of an object; undefined when there is none, or it is no object.</summary>
    public static JsonElement At(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var field) ? field : default;

    /// <summary>A field that is text; null when it is none.</summary>
    public static string? TextAt(JsonElement value, string name) => StorableJson.TextOf(At(value, name));

    // What is not kept is told, so that nobody looks for it.
    private static string? FaultOf(JsonElement metrics)
    {
        if (metrics.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return null;
        if (metrics.ValueKind != JsonValueKind.Object)
            return "its metrics are left out: they must be an object";
        if (StorableJson.FindFault(metrics) is { } fault)
            return $"its metrics are left out: they {fault}";
        return Encoding.UTF8.GetByteCount(metrics.GetRawText()) is var bytes and > TrainingProgress.MaxMetricsBytes
            ? $"its metrics are left out: they have {bytes} bytes, and {TrainingProgress.MaxMetricsBytes} are kept"
            : null;
    }

    // The reference of operations has IN_PROGRESS, the page on job states RUNNING: the same.
    private static ProgressState StateOf(string status) => status switch
    {
        "IN_QUEUE" => ProgressState.Waiting,
        "IN_PROGRESS" or "RUNNING" => ProgressState.Running,
        "COMPLETED" => ProgressState.Succeeded,
        "FAILED" => ProgressState.Failed,
        "CANCELLED" => ProgressState.Cancelled,
        "TIMED_OUT" => ProgressState.TimedOut,
        _ => ProgressState.Unknown,
    };

    private static JsonElement? ArtifactsOf(JsonElement artifacts)
    {
        var found = s_artifacts.Select(name => (Name: name, Text: TextAt(artifacts, name)))
            .Select(field => field with { Text = field.Name == "tarball_url" ? UrlOf(field.Text) : ProviderText.Clean(field.Text) }).Where(field => field.Text is not null).ToArray();
        if (found.Length == 0)
            return null;
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var (name, text) in found)
                json.WriteString(name, text);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(bytes.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static string? UrlOf(string? text) => text is { Length: <= MaxUrlLength } && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
        && url.AbsoluteUri.Length <= MaxUrlLength ? url.AbsoluteUri : null;

    // Workers made with RunPod's own library tell an error as JSON within text, with a message in it.
    private static string? ErrorOf(JsonElement error)
    {
        if (StorableJson.TextOf(error) is not { } text)
            return ProviderText.Clean(TextAt(error, "error_message"));
        return ProviderText.Clean(text.StartsWith('{') ? MessageWithin(text) ?? text : text);
    }

    private static string? MessageWithin(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return TextAt(document.RootElement, "error_message");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
