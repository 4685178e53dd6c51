namespace TraderData.Marketplace;

/// <summary>Where and as whom RunPod is asked. Holds a secret: never to be logged.</summary>
public sealed class RunPodOptions
{
    /// <summary>The default of <see cref="BaseUrl"/>: jobs of serverless endpoints (docs.runpod.io/serverless/endpoints/operation-reference).</summary>
    public const string DefaultBaseUrl = "https://api.runpod.ai/v2";

    /// <summary>The default of <see cref="PodsUrl"/>: REST API v2 (docs.runpod.io/api-reference-v2). Its predecessor, https://rest.runpod.io/v1, is retired in late 2026.</summary>
    public const string DefaultPodsUrl = "https://api.runpod.io/v2";

    /// <summary>The shortest key, in characters. RunPod's are longer by far; what is as short as a word could not be struck out of a text.</summary>
    public const int LeastKeyLength = 16;

    // RunPod's own ids have 14 characters.
    private const int MaxEndpointLength = 64;

    /// <summary>The key of the account that pays. A secret.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The serverless endpoint whose workers train.</summary>
    public required string EndpointId { get; init; }

    /// <summary>Where jobs are handed over; a path is kept.</summary>
    public Uri BaseUrl { get; init; } = new(DefaultBaseUrl);

    /// <summary>Where pods are made; a path is kept.</summary>
    public Uri PodsUrl { get; init; } = new(DefaultPodsUrl);

    /// <summary>How long one answer may take. RunPod answers within a second; a proxy in between gives up after a minute or two.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tells all that is wrong; empty when nothing is. Holds no part of the key.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (ApiKey.Length > 0 != EndpointId.Length > 0)
            faults.Add("RUNPOD_API_KEY and RUNPOD_ENDPOINT_ID must be set together: the key of the account, and the serverless endpoint whose workers train");
        if (ApiKey.Length > 0 && (ApiKey.Length < LeastKeyLength || !ApiKey.All(c => c is > ' ' and < '\x7f')))
            faults.Add($"RUNPOD_API_KEY must have at least {LeastKeyLength} visible ASCII characters, as RunPod's console shows it");
        if (EndpointId.Length > 0 && !RunPodId.IsOne(EndpointId, MaxEndpointLength))
            faults.Add($"RUNPOD_ENDPOINT_ID must be an endpoint's id such as 4m7x2k9qabcdef: letters, digits, - and _, at most {MaxEndpointLength}");
        foreach (var (name, url) in new[] { ("RUNPOD_BASE_URL", BaseUrl), ("RUNPOD_PODS_URL", PodsUrl) })
        {
            // The key travels with every request.
            if (!(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) || url is not { Query: "", Fragment: "", UserInfo: "" })
                faults.Add($"{name} must be an https address without a query (http on the loopback address alone), was '{url}'");
        }

        return faults;
    }
}
