using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>
/// Runs an endpoint that requires a scope only for a token that has it, at the rate that its deployment may go, and one that requires an operator only for programs on this machine and for who has
/// the operator's key.
/// </summary>
/// <param name="next">The endpoint.</param>
/// <param name="tokens">Who tokens speak for; null when the marketplace is off.</param>
/// <param name="operatorKey">The operator's key; null when there is none.</param>
/// <param name="failures">Who sent wrong tokens.</param>
/// <param name="rate">How often deployments asked.</param>
internal sealed class AuthMiddleware(RequestDelegate next, TokenBook? tokens, OperatorKey? operatorKey, FailureGuard failures, DeploymentRate rate)
{
    private const string Scheme = "Bearer ";
    private const string Public = "public";

    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint()?.Metadata;
        var required = endpoint?.GetMetadata<ScopeRequirement>();
        var error = required is not null ? await CheckScopeAsync(context, required.Scope)
            : endpoint?.GetMetadata<OperatorRequirement>() is not null ? CheckOperator(context)
            : null;
        if (error is not null)
        {
            if (error.Status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        if (required is not null)
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

    private static string? SecretOf(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } text && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && text[Scheme.Length..].Trim() is { Length: > 0 } secret ? secret : null;
    }

    // Where there is a key, whoever names one is measured by it, on this machine too: a wrong one is a mistake to be told of.
    private ApiError? CheckOperator(HttpContext context)
    {
        if (operatorKey is null)
            return LocalOnly.IsLocal(context) ? null : AuthErrors.LocalOnly;
        if (SecretOf(context) is not { } secret)
            return LocalOnly.IsLocal(context) ? null : AuthErrors.MissingOperator;
        if (operatorKey.Is(secret))
            return null;
        var address = context.Connection.RemoteIpAddress;
        if (failures.WaitOf(address) is { } wait)
            return AuthErrors.TooManyFailures(wait);
        failures.Add(address);
        return AuthErrors.WrongOperator;
    }

    private async Task<ApiError?> CheckScopeAsync(HttpContext context, string scope)
    {
        var secret = SecretOf(context);
        if (secret is not null && operatorKey?.Is(secret) == true)
            return Scopes.OfOperator.Contains(scope) ? null : AuthErrors.NotForOperators;
        var (caller, error) = await FindCallerAsync(context, secret);
        error ??= caller!.Token.DeploymentId is { } deployment && rate.Take(deployment) is { } wait ? AuthErrors.TooManyRequests(wait) : null;
        error ??= caller!.Token.Has(scope) ? null : AuthErrors.Scope(scope);
        if (error is null)
            context.Features.Set(caller);
        return error;
    }

    private async Task<(Principal? Caller, ApiError? Error)> FindCallerAsync(HttpContext context, string? secret)
    {
        if (tokens is null && operatorKey is null)
            return (null, AuthErrors.Off);
        if (secret is null)
            return (null, AuthErrors.Missing);
        if (tokens?.FindKnown(secret) is { } known)
            return (known, null);
        var address = context.Connection.RemoteIpAddress;
        if (failures.WaitOf(address) is { } wait)
            return (null, AuthErrors.TooManyFailures(wait));
        if (tokens is not null && await tokens.IntrospectAsync(secret, context.RequestAborted) is { } caller)
            return (caller, null);
        failures.Add(address);
        return (null, AuthErrors.Wrong);
    }
}
