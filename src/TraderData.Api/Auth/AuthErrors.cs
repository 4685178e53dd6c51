using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>What callers without the right token are told. Never whether a token, vendor or deployment exists.</summary>
internal static class AuthErrors
{
    private const string HowToGet = "a key is made with trader-data keys create-vendor on the service's machine, and sent as Authorization: Bearer vk_…";

    public static readonly ApiError Missing = new(StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, $"this needs a key: {HowToGet}");

    public static readonly ApiError Wrong = new(
        StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, $"the key is not valid: it is unknown, expired or revoked; {HowToGet}");

    public static readonly ApiError Off = new(
        StatusCodes.Status503ServiceUnavailable, ErrorCodes.MarketplaceOff,
        $"the marketplace is off: set INFRA_TOKEN_PEPPER to a random text of at least {MarketplaceOptions.LeastPepperLength} characters and start the service again");

    public static readonly ApiError MissingOperator = new(
        StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, "this needs the operator's key: the value of OPERATOR_KEY, sent as Authorization: Bearer …");

    public static readonly ApiError WrongOperator = new(
        StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, "the operator's key is not the right one: it is the value of OPERATOR_KEY on the service");

    public static readonly ApiError NotForOperators = new(
        StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "the operator's key reads bars and rounds, and changes jobs and exports; for this use a vendor's key");

    public static readonly ApiError LocalOnly = new(
        StatusCodes.Status403Forbidden, ErrorCodes.LocalOnly,
        $"without a key this is for programs on the machine of the service only, not through a proxy or from a web page: set OPERATOR_KEY to a random text of at least {OperatorKey.LeastLength} characters on the "
        + "service and send it as Authorization: Bearer …, or use trader-data on that machine");

    public static ApiError Scope(string scope) => new(
        StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, $"the token may not do this: it lacks the scope '{scope}'; use the vendor's key");

    public static ApiError TooManyFailures(TimeSpan wait) => new(
        StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, $"too many wrong keys from this address: wait {Seconds(wait)} s, then send the right one")
    {
        RetryAfterSeconds = Seconds(wait),
    };

    public static ApiError TooManyRequests(TimeSpan wait) => new(
        StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, $"a deployment may make {DeploymentRate.MaxRequests} requests in a minute: wait {Seconds(wait)} s")
    {
        RetryAfterSeconds = Seconds(wait),
    };

    private static int Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
}
