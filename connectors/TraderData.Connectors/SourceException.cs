namespace TraderData.Connectors;

/// <summary>Why a source did not give what it was asked for.</summary>
public enum SourceErrorKind
{
    /// <summary>A code or status that is not in the source's table.</summary>
    Unknown,

    /// <summary>It cannot be reached, broke off, or answered 5xx, and tries are used up.</summary>
    Unavailable,

    /// <summary>Too many requests; <see cref="SourceException.RetryAfter"/> tells how long to wait when the source said so.</summary>
    RateLimited,

    /// <summary>The address is banned for a time (Binance 418).</summary>
    Banned,

    /// <summary>The source is not to be used from this region (451).</summary>
    RegionBlocked,

    /// <summary>A firewall in front of the source refuses (403 that is no answer of the source itself).</summary>
    Forbidden,

    /// <summary>Keys are missing or wrong.</summary>
    Unauthorized,

    /// <summary>The keys are right, but the plan does not include what was asked.</summary>
    NotInPlan,

    /// <summary>There is nothing where it was asked for (404); for a file of an archive that is an answer.</summary>
    NotFound,

    /// <summary>The source does not know the symbol.</summary>
    UnknownSymbol,

    /// <summary>The source does not serve the timeframe.</summary>
    UnknownTimeframe,

    /// <summary>The source did not take the request; a fault of ours.</summary>
    BadRequest,
}

/// <summary>A source did not give what it was asked for. The message names the source and the request, never a key.</summary>
public sealed class SourceException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="message">What was asked, what came back, and what to do next.</param>
    /// <param name="retryAfter">How long to stay away; null when the source did not say.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public SourceException(SourceErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(message, inner) => (Kind, RetryAfter) = (kind, retryAfter);

    /// <summary>Why.</summary>
    public SourceErrorKind Kind { get; }

    /// <summary>How long to stay away; null when the source did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>True when the same request may succeed later with nothing changed by a person.</summary>
    public bool IsTransient => Kind is SourceErrorKind.Unavailable or SourceErrorKind.RateLimited or SourceErrorKind.Banned;
}
