namespace TraderData.Marketplace;

/// <summary>What a token may do. Endpoints name the one that they need.</summary>
public static class Scopes
{
    /// <summary>Read who the vendor is.</summary>
    public const string VendorRead = "vendor:read";

    /// <summary>Read bars and what is held of them.</summary>
    public const string MarketDataRead = "marketdata:read";

    /// <summary>List rounds, and get links to their files.</summary>
    public const string RoundsRead = "rounds:read";

    /// <summary>Read the catalog of models.</summary>
    public const string CatalogRead = "catalog:read";

    /// <summary>Register models.</summary>
    public const string ModelsWrite = "models:write";

    /// <summary>Start, look at and stop training runs.</summary>
    public const string Training = "training";

    /// <summary>Make and change deployments, and get tokens for them.</summary>
    public const string DeploymentsWrite = "deployments:write";

    /// <summary>Look at a deployment.</summary>
    public const string DeploymentsRead = "deployments:read";

    /// <summary>Send heartbeats.</summary>
    public const string HeartbeatsWrite = "heartbeats:write";

    /// <summary>Send signals and consensus.</summary>
    public const string SignalsWrite = "signals:write";

    /// <summary>What every token may: see that it is one.</summary>
    public const string Validate = "validate";

    /// <summary>The scopes of a vendor's key, one space between two.</summary>
    public static readonly string OfVendorKey = string.Join(
        ' ', VendorRead, MarketDataRead, RoundsRead, CatalogRead, ModelsWrite, Training, DeploymentsWrite, DeploymentsRead, HeartbeatsWrite, SignalsWrite, Validate);

    /// <summary>What those who run the service may do with their own key.</summary>
    public static readonly IReadOnlyList<string> OfOperator = [MarketDataRead, RoundsRead];

    /// <summary>The scopes of a deployment's token, all for its own deployment alone.</summary>
    public static readonly string OfInfraToken = string.Join(' ', DeploymentsRead, HeartbeatsWrite, SignalsWrite, Validate);
}
