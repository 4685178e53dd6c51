using System.Globalization;
using System.Net;

namespace TraderData.Connectors.Alpaca;

/// <summary>
/// Alpaca over HTTP: keys as headers, limits in headers that are often absent, its clock in the <c>Date</c> of every answer. Errors have a status and a
/// <c>message</c>, rarely a code: two are told apart by their message, since nothing else differs.
/// </summary>
internal sealed class AlpacaDialect(AlpacaCredentials? credentials, SourceBudget budget, TimeProvider time) : ISourceDialect
{
    // Alpaca counts in minutes: a reset that is further away is no reset.
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(2);

    // A Date has no fractions.
    private static readonly TimeSpan DateStep = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Prepare(HttpRequestMessage request) => credentials?.AddTo(request);

    /// <inheritdoc/>
    public void Observe(HttpResponseMessage response, BudgetGrant grant)
    {
        if (response.Headers.Date is { } date)
            budget.Clock.Hear(date.ToUnixTimeMilliseconds(), grant.Age + DateStep);
        if (NumberOf(response, "X-RateLimit-Limit") is { } limit and > 0 and <= int.MaxValue)
            budget.LearnLimit((int)limit);
        var remaining = NumberOf(response, "X-RateLimit-Remaining");
        if (remaining is { } left && left < budget.LimitPerMinute)
            grant.ObserveUsed(budget.LimitPerMinute - (int)left);
        if (remaining == 0 && response.StatusCode != HttpStatusCode.TooManyRequests)
            budget.Pause(ResetOf(response));
    }

    /// <inheritdoc/>
    public SourceException ToException(SourceRefusal refusal)
    {
        var kind = KindOf((int)refusal.Status, refusal.Body);
        return new SourceException(kind, $"{refusal}{AdviceFor(kind)}", refusal.RetryAfter);
    }

    /// <summary>True when a plan allows the feed, only not its last 15 minutes.</summary>
    public static bool IsTooRecent(SourceException e) =>
        e.Kind == SourceErrorKind.NotInPlan && e.Message.Contains("recent SIP", StringComparison.OrdinalIgnoreCase);

    private static SourceErrorKind KindOf(int status, string body) => status switch
    {
        429 => SourceErrorKind.RateLimited,
        401 => SourceErrorKind.Unauthorized,
        403 => body.Contains("subscription", StringComparison.OrdinalIgnoreCase) ? SourceErrorKind.NotInPlan : SourceErrorKind.Unauthorized,
        451 => SourceErrorKind.RegionBlocked,
        400 or 404 or 422 => body.Contains("invalid symbol", StringComparison.OrdinalIgnoreCase) ? SourceErrorKind.UnknownSymbol : SourceErrorKind.BadRequest,
        >= 500 => SourceErrorKind.Unavailable,
        _ => SourceErrorKind.Unknown,
    };

    private string AdviceFor(SourceErrorKind kind) => kind switch
    {
        SourceErrorKind.Unauthorized when credentials is null => " (no keys are set: ALPACA_API_KEY and ALPACA_API_SECRET)",
        SourceErrorKind.Unauthorized => " (are ALPACA_API_KEY and ALPACA_API_SECRET right?)",
        SourceErrorKind.NotInPlan => " (the free plan has feed iex)",
        _ => "",
    };

    private static long? NumberOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private TimeSpan? ResetOf(HttpResponseMessage response)
    {
        // Unix seconds. It cannot be trusted to a second, and a wait of nothing would be no wait.
        if (NumberOf(response, "X-RateLimit-Reset") is not { } reset || reset > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return null;
        var wait = DateTimeOffset.FromUnixTimeSeconds(reset) - time.GetUtcNow() + TimeSpan.FromSeconds(1);
        return wait > TimeSpan.Zero && wait <= LongestWindow ? wait : null;
    }
}
