using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>Writes a job: <c>{"input":{…},"policy":{"executionTimeout":ms,"ttl":ms}}</c> (docs.runpod.io/serverless/endpoints/send-requests, "Execution policies").</summary>
internal static class RunPodJob
{
    // A job must be allowed more than five seconds.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    // RunPod forgets a job 24 hours after it was handed over, running or not, unless ttl says more: seven days at most.
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    // The wait in the queue, and time to hear how it ended.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>The body of <c>POST run</c>.</summary>
    /// <exception cref="ProviderException">Its budget allows less time than a job must have; nothing was sent.</exception>
    public static ReadOnlyMemory<byte> Write(TrainingOrder order)
    {
        if (order.Limit <= Shortest)
            throw new ProviderException(ProviderErrorKind.Refused, $"its budget allows {order.Limit.Value.TotalSeconds:0.###} s, and RunPod takes jobs of more than {Shortest.TotalSeconds:0} s");
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("input");
            WriteInput(json, order);
            json.WriteEndObject();
            if (order.Limit is { } limit)
                WritePolicy(json, limit);
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static void WriteInput(Utf8JsonWriter json, TrainingOrder order)
    {
        json.WriteString("run_id", order.Run.Id);
        json.WriteString("round_id", order.Run.RoundId);
        json.WriteString("task", order.Run.Task);
        // As the vendor sent it: hyperparams, hf_repo_id, output_format, wandb, budget.
        foreach (var property in order.Run.Spec.EnumerateObject())
            property.WriteTo(json);
        json.WriteStartArray("dataset_urls");
        foreach (var link in order.Links)
        {
            json.WriteStartObject();
            json.WriteString("name", link.Name);
            json.WriteString("url", link.Url);
            json.WriteString("expires_at", link.ExpiresAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePolicy(Utf8JsonWriter json, TimeSpan limit)
    {
        var longest = LongestLifetime - Margin;
        var time = limit < longest ? limit : longest;
        var lifetime = time + Margin > DefaultLifetime ? time + Margin : DefaultLifetime;
        json.WriteStartObject("policy");
        json.WriteNumber("executionTimeout", time.Ticks / TimeSpan.TicksPerMillisecond);
        json.WriteNumber("ttl", lifetime.Ticks / TimeSpan.TicksPerMillisecond);
        json.WriteEndObject();
    }
}
