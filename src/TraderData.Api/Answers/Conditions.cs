using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TraderData.Api;

/// <summary>What a client has of an answer already (RFC 9110, 13.1.2).</summary>
internal static class Conditions
{
    /// <summary>True when <c>If-None-Match</c> names the answer: it needs not be sent again.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tag">The answer's ETag, with its quotes.</param>
    public static bool IsHeld(HttpRequest request, string tag)
    {
        var header = request.Headers.IfNoneMatch;
        if (header.Count == 0 || !EntityTagHeaderValue.TryParseList(header, out var held))
            return false;
        var own = new EntityTagHeaderValue(tag);
        return held.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(own, useStrongComparison: false));
    }
}
