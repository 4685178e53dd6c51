using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace TraderData.Rounds;

/// <summary>
/// The names of rounds: <c>r20250102-1f6c0e8b9a7d</c>, the day of <c>as_of</c> and the beginning of a digest of the spec. They follow from the spec, so that
/// a build that is done again has the same; and they never hold a word like <c>train</c> or <c>test</c>, by which trainers tell files from their addresses.
/// </summary>
public static class RoundIds
{
    /// <summary>Stands for the round that is offered first.</summary>
    public const string Current = "current";

    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    private const int DigestLength = 12;
    private const int Length = 9 + 1 + DigestLength;

    /// <summary>The name of the round of a spec.</summary>
    public static string Of(RoundSpec spec)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, RoundManifest.Compact))
        {
            json.WriteStartArray();
            json.WriteStringValue(RoundManifest.SchemaVersion);
            RoundSpecJson.Write(json, spec);
            json.WriteEndArray();
        }

        var day = DateTimeOffset.FromUnixTimeMilliseconds(spec.AsOfMs).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var digest = SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return $"r{day}-{Convert.ToHexStringLower(digest)[..DigestLength]}";
    }

    /// <summary>True for a text that can be the name of a round; <c>current</c> is none.</summary>
    public static bool IsOne(string? text) => text is { Length: Length } && text[0] == 'r' && text[9] == '-'
        && text.AsSpan(1, 8).IndexOfAnyExceptInRange('0', '9') < 0 && text.AsSpan(10).IndexOfAnyExcept(s_hex) < 0;
}
