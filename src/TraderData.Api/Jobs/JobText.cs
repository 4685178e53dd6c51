using System.Text.Json;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>What answers about jobs have in common.</summary>
internal static class JobText
{
    /// <summary>Writes a run.</summary>
    public static void WriteRun(Utf8JsonWriter json, JobRun run)
    {
        json.WriteStartObject();
        WriteTime(json, "started_at", run.StartedMs);
        WriteTime(json, "ended_at", run.EndedMs);
        json.WriteNumber("duration_ms"u8, run.EndedMs - run.StartedMs);
        json.WriteString("outcome"u8, run.Outcome switch { JobOutcome.Succeeded => "succeeded", JobOutcome.Cancelled => "cancelled", _ => "failed" });
        json.WriteNumber("inserted"u8, run.Written.Inserted);
        json.WriteNumber("changed"u8, run.Written.Changed);
        json.WriteNumber("same"u8, run.Written.Same);
        if (run.Error is { } error)
            json.WriteString("error"u8, error);
        json.WriteEndObject();
    }

    /// <summary>Writes a time; leaves it out when there is none.</summary>
    public static void WriteTime(Utf8JsonWriter json, string name, long? timeMs)
    {
        if (timeMs is { } known)
            json.WriteString(name, TimeText.Iso(known));
    }
}
