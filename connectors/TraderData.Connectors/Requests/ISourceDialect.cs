using System.Net;

namespace TraderData.Connectors;

/// <summary>What one source does in its own way over HTTP.</summary>
public interface ISourceDialect
{
    /// <summary>Adds what every request needs: keys, as headers.</summary>
    void Prepare(HttpRequestMessage request);

    /// <summary>Reads the headers of an answer of any status: limits, the clock.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="grant">What its request was sent by.</param>
    void Observe(HttpResponseMessage response, BudgetGrant grant);

    /// <summary>The exception for an answer that is not a success.</summary>
    SourceException ToException(SourceRefusal refusal);
}

/// <summary>An answer that is not a success.</summary>
/// <param name="Request">What was asked, for messages: <c>binance: GET /api/v3/time</c>.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="RetryAfter">What its <c>Retry-After</c> says; null when it has none.</param>
/// <param name="Body">The first part of its body; it may be HTML, or empty.</param>
public sealed record SourceRefusal(string Request, HttpStatusCode Status, TimeSpan? RetryAfter, string Body)
{
    // A sentence fits; a firewall's page does not.
    private const int MaxShownLength = 300;

    /// <summary>True when the body is a page for a browser, which an API does not send.</summary>
    public bool IsPage => Body.AsSpan().TrimStart().StartsWith('<');

    /// <summary>What was asked and what came back, for a message.</summary>
    public override string ToString()
    {
        var shown = IsPage ? "an HTML page" : string.Concat(Body.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return $"{Request} answered {(int)Status}: {(shown.Length <= MaxShownLength ? shown : shown[..MaxShownLength] + "…")}";
    }
}
