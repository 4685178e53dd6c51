using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>Who calls, and codes that are changed for keys.</summary>
internal sealed class VendorEndpoints(TokenBook tokens, FailureGuard failures)
{
    private static readonly ApiError WrongCode = new(
        StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized,
        "the code is not valid: it is unknown, expired or was used; trader-data keys create-auth-code makes another");

    /// <summary><c>GET /api/vendors/me</c>.</summary>
    public static Task AnswerMeAsync(HttpContext context)
    {
        var vendor = context.Caller().Vendor;
        return MarketAnswer.WriteAsync(context, new VendorData(vendor.Id, vendor.Name, vendor.Owner, vendor.CreatedAt));
    }

    /// <summary><c>/api/marketplace/vendor/validate</c>.</summary>
    public static Task AnswerValidAsync(HttpContext context)
    {
        var token = context.Caller().Token;
        var kind = token.Kind == TokenKind.VendorKey ? "vendor_key" : "infra_token";
        return MarketAnswer.WriteAsync(context, new ValidateData(Valid: true, kind, token.VendorId, token.DeploymentId, token.Scope.Split(' '), token.ExpiresAt));
    }

    /// <summary><c>POST /api/marketplace/vendor/auth/exchange</c>.</summary>
    public Task ExchangeAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var code = fields.Text("auth_code");
        if (fault() is { } error)
            return error;
        var address = context.Connection.RemoteIpAddress;
        if (failures.WaitOf(address) is { } wait)
            return AuthErrors.TooManyFailures(wait);
        if (await tokens.ExchangeAsync(code, context.RequestAborted) is not { } key)
        {
            failures.Add(address);
            return WrongCode;
        }

        await MarketAnswer.WriteAsync(context, new ExchangeData(key.Secret, key.Token.VendorId));
        return null;
    });
}
