using System.Text.Json;

namespace TraderData.Core;

/// <summary>Writes a <see cref="Provenance"/> as JSON, the same wherever it is told.</summary>
public static class ProvenanceJson
{
    /// <summary>Writes the properties <c>feed</c> and <c>adjustment</c>, those that are known.</summary>
    public static void Write(Utf8JsonWriter json, Provenance provenance)
    {
        if (provenance.Feed is { } feed)
            json.WriteString("feed"u8, feed);
        if (provenance.Adjustment is { } adjustment)
            json.WriteString("adjustment"u8, adjustment);
    }
}
