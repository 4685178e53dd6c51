using System.Net;

namespace TraderData.Api;

/// <summary>How the API treats those that it does not know.</summary>
public sealed class ApiOptions
{
    /// <summary>True when bars and what is held of them are for callers with a key alone.</summary>
    public bool RequireMarketDataAuth { get; init; }

    /// <summary>The key of those who run the service; null for none: then only programs on its machine may change something.</summary>
    public OperatorKey? OperatorKey { get; init; }

    /// <summary>The origins (<c>https://app.example.com</c>) of web pages that may read answers; none by default.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>What links to files begin with, where the service is not reached by the address that it sees; null for that address.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Who may say, by <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, for whom it asks and by which scheme: proxies in front of the service. None by default: anybody could say so.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];
}
