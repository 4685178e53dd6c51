using System.Buffers;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>A verdict as a small JSON file: <c>{"file":…,"found":…,"expected":…,"at":…,"kept_as":…}</c>.</summary>
internal static class VerdictFile
{
    /// <summary>The bytes of a verdict.</summary>
    public static byte[] Encode(ArchiveVerdict verdict)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output, BlobQuarantine.Layout))
        {
            json.WriteStartObject();
            json.WriteString("file", verdict.File);
            json.WriteString("found", BlobQuarantine.Cut(verdict.Found));
            json.WriteString("expected", BlobQuarantine.Cut(verdict.Expected));
            json.WriteString("at", TimeText.Iso(verdict.AtMs));
            json.WriteString("kept_as", verdict.KeptAs);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a verdict.</summary>
    /// <exception cref="StorageException">The file is damaged.</exception>
    public static ArchiveVerdict Decode(string name, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            var at = root.GetProperty("at").GetString();
            return TimeText.TryParse(at, out var atMs)
                ? new ArchiveVerdict(Text(root, "file"), Text(root, "found"), Text(root, "expected"), atMs, root.GetProperty("kept_as").GetString())
                : throw new FormatException($"at must be a time, was '{at}'");
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new StorageException(
                StorageErrorKind.Damaged, $"{name} is no verdict on an archive's file: {e.Message}; remove it, and the file is fetched again", e);
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.GetProperty(name).GetString() ?? throw new FormatException($"{name} must be a text, was null");
}
