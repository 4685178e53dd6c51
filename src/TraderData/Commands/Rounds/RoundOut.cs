using System.Text.Json;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary>A round as JSON, the same for every command.</summary>
internal static class RoundOut
{
    /// <summary>Writes a round as an object.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="round">The round.</param>
    /// <param name="isCurrent">Whether it is the current one; null to leave that out.</param>
    public static void Write(Utf8JsonWriter writer, RoundEntry round, bool? isCurrent)
    {
        writer.WriteStartObject();
        writer.WriteString("round_id", round.RoundId);
        writer.WriteString("name", round.Name);
        if (round.Description is { } description)
            writer.WriteString("description", description);
        writer.WriteString("state", round.StateName);
        if (isCurrent is { } current)
            writer.WriteBoolean("is_current", current);
        JsonOut.WriteTime(writer, "as_of", round.AsOfMs);
        JsonOut.WriteTime(writer, "created_at", round.CreatedMs);
        JsonOut.WriteTime(writer, "published_at", round.PublishedMs);
        JsonOut.WriteTime(writer, "retired_at", round.RetiredMs);
        JsonOut.WriteTime(writer, "expires_at", round.ExpiresMs);
        writer.WriteString("manifest_sha256", round.ManifestSha256);
        writer.WriteStartArray("files");
        foreach (var file in round.Files)
        {
            writer.WriteStartObject();
            writer.WriteString("name", file.Name);
            writer.WriteNumber("size_bytes", file.Bytes);
            if (file.Rows is { } rows)
                writer.WriteNumber("rows", rows);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
