using System.Buffers;
using System.Text.Json;

namespace TraderData.Rounds;

/// <summary>Reads from a manifest what is needed to check its files, and believes nothing of it that it did not look at.</summary>
internal static class ManifestFiles
{
    /// <summary>The longest manifest that is read, in bytes: 500 symbols of 8 timeframes are under 2 MiB.</summary>
    public const int MaxBytes = 16 << 20;

    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    private const int MaxFiles = 100;
    private const int MaxName = 100;

    /// <summary>The round's name and its files.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? TryRead(ReadOnlyMemory<byte> manifest, out string roundId, out IReadOnlyList<RoundFile> files)
    {
        (roundId, files) = ("", []);
        try
        {
            using var document = JsonDocument.Parse(manifest, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object || Text(json, "round_id") is not { } id || !RoundIds.IsOne(id))
                return "it has no round_id";
            if (Text(json, "schema_version") is not { } version || version != RoundManifest.SchemaVersion)
                return $"its schema_version is not {RoundManifest.SchemaVersion}, the one that this program knows";
            if (!json.TryGetProperty("files", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is < 1 or > MaxFiles)
                return $"it must list 1 to {MaxFiles} files";
            var read = new List<RoundFile>();
            foreach (var file in list.EnumerateArray())
            {
                if (TryRead(file) is not { } one)
                    return $"file {read.Count + 1} must have a plain name, size_bytes and a sha256";
                read.Add(one);
            }

            if (read.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
                return $"it lists {twice.Key} twice";
            (roundId, files) = (id, read);
            return null;
        }
        // A text that is no Unicode shows when it is read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "it is no JSON";
        }
    }

    private static RoundFile? TryRead(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || Text(json, "name") is not { } name || !IsPlain(name))
            return null;
        if (!json.TryGetProperty("size_bytes", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var bytes) || bytes < 0)
            return null;
        return Text(json, "sha256") is { Length: 64 } digest && !digest.AsSpan().ContainsAnyExcept(s_hex)
            ? new RoundFile(name, Text(json, "type") ?? "", Text(json, "format") ?? "", bytes, digest)
            {
                Rows = json.TryGetProperty("rows", out var rows) && rows.ValueKind == JsonValueKind.Number && rows.TryGetInt64(out var count) ? count : null,
            }
            : null;
    }

    // No path, no hidden file, no name that a system gives a meaning of its own, and neither of the two that stand beside the files.
    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= MaxName && name[0] != '.' && name[^1] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        && !name.Equals(RoundManifest.FileName, StringComparison.OrdinalIgnoreCase) && !name.Equals(DetachedJws.FileName, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
