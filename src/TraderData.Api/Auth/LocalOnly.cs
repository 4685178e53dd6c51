using System.Net;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>
/// Tells programs on this machine, which may change something without a key. What a proxy passed on, or a web page sent from a browser on this machine, comes from the loopback address too, and is
/// told by its headers.
/// </summary>
internal static class LocalOnly
{
    private static readonly string[] Passed = ["Forwarded", "X-Forwarded-For", "X-Original-For", "X-Real-IP", "Via", "Origin", "Sec-Fetch-Site"];

    /// <summary>True for a request of a program on this machine.</summary>
    public static bool IsLocal(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && IsLoopbackName(context.Request.Host.Host) && !Array.Exists(Passed, headers.ContainsKey);
    }

    // A name that was made to point here is no loopback name: the page behind it would be of the same origin.
    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
