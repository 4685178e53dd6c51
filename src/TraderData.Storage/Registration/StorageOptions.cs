using System.Globalization;

namespace TraderData.Storage;

/// <summary>
/// Where bars, exports and refused texts are kept. Holds secrets: never to be logged; <see cref="TraderDataStorage"/> describes itself without them.
/// </summary>
public sealed class StorageOptions
{
    /// <summary>The default of <see cref="DataDirectory"/>: beside where the program is started, so that a first try needs no rights.</summary>
    public const string DefaultDataDirectory = "./data";

    /// <summary>The default of <see cref="AzureContainer"/>.</summary>
    public const string DefaultAzureContainer = "trader-data";

    /// <summary>The default of <see cref="BlockCacheBytes"/>: a hundred partitions of 44,640 minutes, some 2.5 MB each when decoded.</summary>
    public const long DefaultBlockCacheBytes = 256L << 20;

    /// <summary>The folder of the lake; made when it is not there. Not used with <see cref="AzureConnectionString"/> or <see cref="AzureAccountUrl"/>.</summary>
    public string DataDirectory { get; init; } = DefaultDataDirectory;

    /// <summary>The connection string of the storage account whose container is the lake; null or empty for a local folder.</summary>
    public string? AzureConnectionString { get; init; }

    /// <summary>The blob endpoint of the storage account, <c>https://ACCOUNT.blob.core.windows.net</c>, for the identity of the process in place of a connection string; null or empty for none.</summary>
    public string? AzureAccountUrl { get; init; }

    /// <summary>The container of exports; null or empty to have them in the lake's container. Made when it is not there.</summary>
    public string? AzureExportsContainer { get; init; }

    /// <summary>The container of the lake; made when it is not there.</summary>
    public string AzureContainer { get; init; } = DefaultAzureContainer;

    /// <summary>The Postgres database of the hot tier, as a URL or connection string; null or empty when the lake is all.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>See <see cref="PostgresOptions.LookupIndex"/>.</summary>
    public bool DatabaseLookupIndex { get; init; }

    /// <summary>How many bytes of decoded partitions are kept in memory; 0 for none.</summary>
    public long BlockCacheBytes { get; init; } = DefaultBlockCacheBytes;

    /// <summary>
    /// How long a bar stays in the hot tier after it was sealed: longer than any reader holds a list of the lake's files that its file is not in.
    /// </summary>
    internal TimeSpan PruneDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Tells all that is wrong with these options; empty when nothing is.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (!string.IsNullOrEmpty(AzureConnectionString) && !string.IsNullOrEmpty(AzureAccountUrl))
            faults.Add("AZURE_STORAGE_CONNECTION_STRING and AZURE_STORAGE_ACCOUNT_URL must not be set together: the one has a key, the other takes the identity of the process");
        if (!string.IsNullOrEmpty(AzureAccountUrl) && !(Uri.TryCreate(AzureAccountUrl, UriKind.Absolute, out var url) && url is { Scheme: "https", Query: "", UserInfo: "", Fragment: "" }))
            faults.Add("AZURE_STORAGE_ACCOUNT_URL must be the https address of a blob endpoint without a query, https://ACCOUNT.blob.core.windows.net");
        if (!string.IsNullOrEmpty(AzureExportsContainer) && !IsContainerName(AzureExportsContainer))
            faults.Add($"AzureExportsContainer must be 3 to 63 of a-z, 0-9 and single hyphens between them, was '{AzureExportsContainer}'");
        if (string.IsNullOrWhiteSpace(DataDirectory) && string.IsNullOrEmpty(AzureConnectionString) && string.IsNullOrEmpty(AzureAccountUrl))
            faults.Add("DataDirectory must name a folder, was empty");
        if (!IsContainerName(AzureContainer))
            faults.Add($"AzureContainer must be 3 to 63 of a-z, 0-9 and single hyphens between them, was '{AzureContainer}'");
        if (!string.IsNullOrEmpty(AzureConnectionString) && IsContainerName(AzureContainer) && AzureBlobs.TryOpen(AzureConnectionString) is null)
            faults.Add(AzureBlobs.NoConnectionString);
        if (BlockCacheBytes < 0)
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"BlockCacheBytes must be 0 or more, was {BlockCacheBytes}"));
        return faults;
    }

    // Azure's rule for names of containers.
    private static bool IsContainerName(string name) =>
        name is { Length: >= 3 and <= 63 } && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-')
        && name[0] != '-' && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal);
}
