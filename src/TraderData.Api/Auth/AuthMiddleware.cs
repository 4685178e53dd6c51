using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>Runs an endpoint that requires a scope only for a token that has it, at the rate that its deployment may go.</summary>
/// <param name="next">The endpoint.</param>
/// <param name="tokens">Who tokens speak for; null when the marketplace is off.</param>
/// <param name="failures">Who sent wrong tokens.</param>
/// <param name="rate">How often deployments asked.</param>
internal sealed class AuthMiddleware(RequestDelegate next, TokenBook? tokens, FailureGuard failures, DeploymentRate rate)
{
    private const string Scheme = "Bearer ";
    private const string Public = "public";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ScopeRequirement>() is not { } required)
        {
            await next(context);
            return;
        }

        var (caller, error) = await FindCallerAsync(context);
        error ??= caller!.Token.DeploymentId is { } deployment && rate.Take(deployment) is { } wait ? AuthErrors.TooManyRequests(wait) : null;
        error ??= caller!.Token.Has(required.Scope) ? null : AuthErrors.Scope(required.Scope);
        if (error is not null)
        {
            if (error.Status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        context.Features.Set(caller);
        context.Response.OnStarting(KeepPrivate, context.Response.Headers);
        await next(context);
    }

    // What was given to one caller is not for a proxy to give to the next, who may have no key.
    private static Task KeepPrivate(object state)
    {
        var headers = (IHeaderDictionary)state;
        if (headers.CacheControl is [{ } text] && text.StartsWith(Public, StringComparison.Ordinal))
            headers.CacheControl = string.Concat("private", text.AsSpan(Public.Length));
        return Task.CompletedTask;
    }

    private async Task<(Principal? Caller, ApiError? Error)> FindCallerAsync(HttpContext context)
    {
        if (tokens is null)
            return (null, AuthErrors.Off);
        var header = context.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } text || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || text[Scheme.Length..].Trim() is not { Length: > 0 } secret)
            return (null, AuthErrors.Missing);
        if (tokens.FindKnown(secret) is { } known)
            return (known, null);
        var address = context.Connection.RemoteIpAddress;
        if (failures.WaitOf(address) is { } wait)
            return (null, AuthErrors.TooManyFailures(wait));
        if (await tokens.IntrospectAsync(secret, context.RequestAborted) is { } caller)
            return (caller, null);
        failures.Add(address);
        return (null, AuthErrors.Wrong);
    }
}
