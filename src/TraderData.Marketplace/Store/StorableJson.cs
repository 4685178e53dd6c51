using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>JSON from outside, as a database can take it as <c>jsonb</c>.</summary>
public static class StorableJson
{
    /// <summary>What keeps a value from being stored: U+0000, half a surrogate pair, a number beyond all bounds.</summary>
    /// <returns>A message that begins with "must"; null when it can be stored.</returns>
    public static string? FindFault(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject()
            .Select(property => HasName(property) ? FindFault(property.Value) : "must have well-formed names only").FirstOrDefault(fault => fault is not null),
        JsonValueKind.Array => value.EnumerateArray().Select(FindFault).FirstOrDefault(fault => fault is not null),
        JsonValueKind.String => TextOf(value) is { } text && !text.Contains('\0', StringComparison.Ordinal) ? null : "must hold well-formed text only, without U+0000",
        JsonValueKind.Number => double.IsFinite(value.GetDouble()) ? null : "must hold numbers of ordinary size only",
        _ => null,
    };

    /// <summary>The text of a value; null when it is none, or is malformed.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are no UTF-8.
            return null;
        }
    }

    private static bool HasName(JsonProperty property)
    {
        try
        {
            return !property.Name.Contains('\0', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
