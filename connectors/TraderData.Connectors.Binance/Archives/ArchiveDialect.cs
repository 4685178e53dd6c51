using System.Net;

namespace TraderData.Connectors.Binance;

/// <summary>The archive's host: files behind a cache, without keys, limits or codes of its own.</summary>
internal sealed class ArchiveDialect : ISourceDialect
{
    /// <inheritdoc/>
    public void Prepare(HttpRequestMessage request)
    {
        // Archives are public.
    }

    /// <inheritdoc/>
    public void Observe(HttpResponseMessage response, BudgetGrant grant)
    {
        // The host tells no limits.
    }

    /// <inheritdoc/>
    public SourceException ToException(SourceRefusal refusal) => new(KindOf(refusal.Status), refusal.ToString(), refusal.RetryAfter);

    private static SourceErrorKind KindOf(HttpStatusCode status) => (int)status switch
    {
        404 => SourceErrorKind.NotFound,
        403 => SourceErrorKind.Forbidden,
        429 => SourceErrorKind.RateLimited,
        451 => SourceErrorKind.RegionBlocked,
        >= 500 => SourceErrorKind.Unavailable,
        _ => SourceErrorKind.Unknown,
    };
}
