using System.Text.Json;

namespace TraderData.Rounds;

/// <summary>The public keys that rounds are and were signed with, as a JSON Web Key Set (RFC 7517).</summary>
public sealed class RoundKeySet
{
    /// <summary>The longest set that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>No keys.</summary>
    public static readonly RoundKeySet Empty = new([]);

    private const int MaxKeys = 1_000;

    private readonly Dictionary<string, RoundKey> _keys;

    private RoundKeySet(IEnumerable<RoundKey> keys)
    {
        Keys = [.. keys.DistinctBy(k => k.Kid)];
        _keys = Keys.ToDictionary(k => k.Kid, StringComparer.Ordinal);
    }

    /// <summary>The keys, the oldest first.</summary>
    public IReadOnlyList<RoundKey> Keys { get; }

    /// <summary>Reads a set. Keys of other kinds than ours are passed over, as the format asks for; one of ours that is wrong is not.</summary>
    /// <exception cref="FormatException">It is none; the message tells why.</exception>
    public static RoundKeySet Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            throw new FormatException($"a set of keys must have at most {MaxBytes} bytes");
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
                throw new FormatException("a set of keys must be {\"keys\":[…]}");
            return keys.GetArrayLength() <= MaxKeys ? new RoundKeySet(keys.EnumerateArray().Where(IsOurs).Select(Read)) : throw new FormatException($"a set must have at most {MaxKeys} keys");
        }
        // A text that is no Unicode shows when it is read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"a set of keys must be JSON: {Shown.Of(e.Message)}", e);
        }
    }

    /// <summary>The key of that name; null when there is none.</summary>
    public RoundKey? Find(string kid) => _keys.GetValueOrDefault(kid);

    /// <summary>These keys and one more, at the end; the same set when it has it.</summary>
    public RoundKeySet With(RoundKey key) => _keys.ContainsKey(key.Kid) ? this : new RoundKeySet(Keys.Append(key));

    /// <summary>The set as JSON.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys"u8);
            foreach (var key in Keys)
                key.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static bool IsOurs(JsonElement key) =>
        key.ValueKind == JsonValueKind.Object && key.TryGetProperty("kty", out var type) && type.ValueEquals("EC") && key.TryGetProperty("crv", out var curve) && curve.ValueEquals("P-256");

    private static RoundKey Read(JsonElement json, int index) =>
        RoundKey.TryRead(json, out var key) is { } wrong ? throw new FormatException($"key {index + 1} of the set cannot be used: {wrong}") : key;
}
