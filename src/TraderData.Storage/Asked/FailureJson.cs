using System.Buffers;
using System.Text;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Failures as a JSON array, as both tiers keep them.</summary>
internal static class FailureJson
{
    /// <summary>Writes the array.</summary>
    public static void Write(Utf8JsonWriter json, FailureSet failures)
    {
        json.WriteStartArray();
        foreach (var failure in failures)
            CoverageJson.WriteFailure(json, failure);
        json.WriteEndArray();
    }

    /// <summary>The array as text.</summary>
    public static string Text(FailureSet failures)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
            Write(json, failures);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Reads the array.</summary>
    /// <exception cref="FormatException">A time is none, or a failure is not well formed.</exception>
    public static FailureSet Read(JsonElement array) => FailureSet.Of(array.EnumerateArray().Select(FailureOf));

    /// <summary>Reads a time.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static long Time(JsonElement of, string name) => TimeText.TryParse(of.GetProperty(name).GetString(), out var timeMs)
        ? timeMs
        : throw new FormatException($"{name} must be a time, was '{of.GetProperty(name)}'");

    private static FetchFailure FailureOf(JsonElement failure) => new(
        new TimeRange(Time(failure, "start"), Time(failure, "end")), failure.GetProperty("message").GetString()!, Time(failure, "at"), failure.GetProperty("tries").GetInt32());
}
