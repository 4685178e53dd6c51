using System.Text.Json;

namespace TraderData.Exports;

/// <summary>A symbol as the gateway has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; empty when the gateway does not tell.</param>
/// <param name="Json">All that the gateway tells of it.</param>
public sealed record LonaSymbol(string Id, string Name, JsonElement Json)
{
    // As long as any id that an HTTP path should have.
    private const int MaxIdLength = 200;

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It has no id.</exception>
    internal static LonaSymbol Read(JsonElement json)
    {
        var id = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("id", out var given)
            ? given.ValueKind == JsonValueKind.String ? given.GetString()! : given.GetRawText()
            : "";
        return id.Length is > 0 and <= MaxIdLength
            ? new LonaSymbol(id, json.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "", json.Clone())
            : throw new FormatException("a symbol without an id");
    }
}
