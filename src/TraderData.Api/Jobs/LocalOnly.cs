using System.Net;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>
/// Lets only programs on this machine change something, as long as the API knows nobody by name. What a proxy passed on, or a web page sent from a browser on
/// this machine, comes from the loopback address too, and is told by its headers.
/// </summary>
internal static class LocalOnly
{
    private static readonly string[] Passed = ["Forwarded", "X-Forwarded-For", "X-Original-For", "X-Real-IP", "Via", "Origin", "Sec-Fetch-Site"];

    /// <summary>The error for a request that is not from a program on this machine; null when it is.</summary>
    public static ApiError? Check(HttpContext context)
    {
        var headers = context.Request.Headers;
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && IsLoopbackName(context.Request.Host.Host) && !Array.Exists(Passed, headers.ContainsKey);
        return isLocal
            ? null
            : new ApiError(
                StatusCodes.Status403Forbidden, ErrorCodes.LocalOnly,
                "jobs are changed by programs on the machine of the service only, not through a proxy or from a web page: use trader-data jobs there");
    }

    // A name that was made to point here is no loopback name: the page behind it would be of the same origin.
    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
