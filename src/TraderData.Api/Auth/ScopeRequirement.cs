using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>What a caller's token must be allowed to do before an endpoint is run.</summary>
/// <param name="Scope">Of <see cref="Scopes"/>.</param>
public sealed record ScopeRequirement(string Scope);

/// <summary>Closes endpoints off for callers without a token.</summary>
public static class ScopeConventions
{
    /// <summary>
    /// Answers 401, 403 or 429 in the place of the endpoint unless the request has a token that may do this: <c>routes.MapGet(…).RequireScope(Scopes.RoundsRead)</c>. The endpoint
    /// finds who calls with <see cref="Callers.Caller"/>.
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="scope">Of <see cref="Scopes"/>.</param>
    public static T RequireScope<T>(this T endpoint, string scope)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new ScopeRequirement(scope));
}

/// <summary>Tells endpoints who calls.</summary>
public static class Callers
{
    /// <summary>Who calls. For endpoints with <see cref="ScopeConventions.RequireScope"/> alone.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is open to everybody.</exception>
    public static Principal Caller(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<Principal>() ?? throw new InvalidOperationException($"{context.Request.Path} asks who calls, but requires no scope");
    }
}
