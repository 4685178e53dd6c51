namespace TraderData.Marketplace;

/// <summary>Ids of RunPod, which go into addresses: letters, digits, - and _ only.</summary>
internal static class RunPodId
{
    // Jobs have 38 characters, 60902e6c-08a1-426e-9cb9-9eaec90f5e2b-u1, pods and endpoints 14.
    private const int MaxLength = 100;

    /// <summary>True for what can be an id.</summary>
    public static bool IsOne(string? text, int maxLength = MaxLength) =>
        text is { Length: > 0 } && text.Length <= maxLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>A job with its endpoint, so that it is found again when the setting names another one by then.</summary>
    public static string OfJob(string endpoint, string job) => $"{endpoint}/{job}";

    /// <summary>The two parts of what <see cref="OfJob"/> made.</summary>
    /// <exception cref="ProviderException">It is none: somebody else wrote it.</exception>
    public static (string Endpoint, string Job) Split(string providerId) => providerId.Split('/') is [var endpoint, var job] && IsOne(endpoint) && IsOne(job)
        ? (endpoint, job)
        : throw new ProviderException(ProviderErrorKind.NotFound, $"'{ProviderText.Clean(providerId, MaxLength)}' is no job of RunPod: it must be ENDPOINT/JOB");
}
