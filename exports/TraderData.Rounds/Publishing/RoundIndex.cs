using System.Text.Json;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>Which rounds there are: the whole of <c>rounds/index.json</c>, which is only ever replaced by another whole.</summary>
/// <param name="Current">The round that is offered first; null when there is none.</param>
/// <param name="Rounds">All rounds, in the order in which they were first built.</param>
public sealed record RoundIndex(string? Current, IReadOnlyList<RoundEntry> Rounds)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "rounds/index.json";

    /// <summary>No rounds.</summary>
    public static readonly RoundIndex Empty = new(null, []);

    internal const int MaxBytes = 64 << 20;

    private const int Form = 1;

    /// <summary>The round of that name; null when there is none.</summary>
    public RoundEntry? Find(string roundId) => Rounds.FirstOrDefault(r => r.RoundId == roundId);

    /// <summary>With a round in place of the one of its name, or behind all others.</summary>
    internal RoundIndex With(RoundEntry entry) => this with
    {
        Rounds = Find(entry.RoundId) is null ? [.. Rounds, entry] : [.. Rounds.Select(r => r.RoundId == entry.RoundId ? entry : r)],
    };

    internal byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, RoundManifest.Compact))
        {
            json.WriteStartObject();
            json.WriteNumber("form"u8, Form);
            if (Current is { } current)
                json.WriteString("current"u8, current);
            json.WriteStartArray("rounds"u8);
            foreach (var round in Rounds)
                Write(json, round);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Reads one; empty when there is no file.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>: it is none.</exception>
    internal static RoundIndex Parse(ReadOnlyMemory<byte>? utf8)
    {
        if (utf8 is not { } bytes)
            return Empty;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            var json = document.RootElement;
            if (json.GetProperty("form").GetInt32() != Form)
                throw new StorageException(StorageErrorKind.Damaged, $"{FileName} was written by a newer trader-data: use that");
            return new RoundIndex(Text(json, "current"), [.. json.GetProperty("rounds").EnumerateArray().Select(Read)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new StorageException(StorageErrorKind.Damaged, $"{FileName} cannot be read: {Shown.Of(e.Message)} (put it back from a backup)", e);
        }
    }

    private static void Write(Utf8JsonWriter json, RoundEntry round)
    {
        json.WriteStartObject();
        json.WriteString("round_id"u8, round.RoundId);
        json.WriteString("name"u8, round.Name);
        if (round.Description is { } description)
            json.WriteString("description"u8, description);
        json.WriteString("state"u8, round.StateName);
        json.WriteString("schema_version"u8, round.SchemaVersion);
        Time(json, "as_of", round.AsOfMs);
        Time(json, "created_at", round.CreatedMs);
        Time(json, "published_at", round.PublishedMs);
        Time(json, "retired_at", round.RetiredMs);
        Time(json, "expires_at", round.ExpiresMs);
        json.WriteString("manifest_sha256"u8, round.ManifestSha256);
        json.WriteStartArray("files"u8);
        foreach (var file in round.Files)
            RoundManifest.Write(json, file);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter json, string name, long? timeMs)
    {
        if (timeMs is { } time)
            json.WriteString(name, TimeText.Iso(time));
    }

    private static RoundEntry Read(JsonElement json) => new(
        Need(json, "round_id"), Need(json, "name"), StateOf(Need(json, "state")), NeedTime(json, "created_at"), NeedTime(json, "as_of"), Need(json, "manifest_sha256"),
        [
            .. json.GetProperty("files").EnumerateArray().Select(file => new RoundFile(
                Need(file, "name"), Need(file, "type"), Need(file, "format"), file.GetProperty("size_bytes").GetInt64(), Need(file, "sha256"))
            {
                Rows = file.TryGetProperty("rows", out var rows) ? rows.GetInt64() : null,
            }),
        ])
    {
        Description = Text(json, "description"),
        SchemaVersion = Need(json, "schema_version"),
        PublishedMs = OptionalTime(json, "published_at"),
        RetiredMs = OptionalTime(json, "retired_at"),
        ExpiresMs = OptionalTime(json, "expires_at"),
    };

    private static RoundState StateOf(string text) => Enum.GetValues<RoundState>().Cast<RoundState?>().FirstOrDefault(s => RoundEntry.NameOf(s!.Value) == text)
        ?? throw new FormatException($"no state is '{text}'");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Need(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static long? OptionalTime(JsonElement json, string name) => json.TryGetProperty(name, out _) ? NeedTime(json, name) : null;

    private static long NeedTime(JsonElement json, string name) => TimeText.TryParse(Need(json, name), out var timeMs) ? timeMs : throw new FormatException($"{name} is no time");
}
