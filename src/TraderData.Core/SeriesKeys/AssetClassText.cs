namespace TraderData.Core;

/// <summary>Asset classes as texts: in JSON, in files and in the database.</summary>
public static class AssetClassText
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
