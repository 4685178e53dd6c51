using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Asset classes as the JSON files and the database have them.</summary>
internal static class AssetClassText
{
    /// <summary>The text of an asset class.</summary>
    public static string Of(AssetClass value) => value switch
    {
        AssetClass.Crypto => "crypto",
        AssetClass.Stock => "stock",
        _ => "unknown",
    };

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static AssetClass Parse(string? text) => text switch
    {
        "crypto" => AssetClass.Crypto,
        "stock" => AssetClass.Stock,
        "unknown" => AssetClass.Unknown,
        _ => throw new FormatException($"asset_class must be crypto, stock or unknown, was '{text}'"),
    };
}
