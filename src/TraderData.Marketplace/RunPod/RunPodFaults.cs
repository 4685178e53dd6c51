namespace TraderData.Marketplace;

/// <summary>What RunPod's HTTP statuses mean (docs.runpod.io/serverless/endpoints/send-requests, "Error handling"; the others as RFC 9110 and Cloudflare, which stands in front of it, have them).</summary>
internal static class RunPodFaults
{
    /// <summary>The fault that a status stands for.</summary>
    /// <param name="request">What was asked, without a query.</param>
    /// <param name="status">The status.</param>
    /// <param name="settings">The settings that led there, for people.</param>
    /// <param name="said">What came with it; null for nothing.</param>
    public static ProviderException Of(string request, int status, string settings, string? said)
    {
        var (kind, remedy) = Find(status, settings);
        return new ProviderException(kind, $"RunPod answered {status} to {request}: {remedy}", said);
    }

    private static (ProviderErrorKind Kind, string Remedy) Find(int status, string settings) => status switch
    {
        400 or 422 => (ProviderErrorKind.Refused, $"it does not take what it was sent; look at {settings}, and at what is there"),
        401 => (ProviderErrorKind.Unauthorized, "the key is wrong; look at RUNPOD_API_KEY"),
        402 => (ProviderErrorKind.Unauthorized, "the account has no means; look at its balance"),
        403 => (ProviderErrorKind.Unauthorized, "the key may not do that; look at the permissions of RUNPOD_API_KEY"),
        404 => (ProviderErrorKind.NotFound, $"there is nothing under that address; look at {settings}"),
        413 => (ProviderErrorKind.Refused, "what it was sent is too large for it"),
        408 or 429 => (ProviderErrorKind.Busy, "it has too much to do now"),
        // Said by what stands in front of it: what is behind may have done what it was asked.
        502 or 504 or 520 or 524 => (ProviderErrorKind.Unclear, "it was asked, and its answer was lost on the way"),
        >= 500 => (ProviderErrorKind.Busy, "it is out of order for a time"),
        >= 300 and < 400 => (ProviderErrorKind.Refused, $"it is somewhere else; look at {settings}"),
        _ => (ProviderErrorKind.Refused, $"nobody here knows that status; look at {settings}"),
    };
}
