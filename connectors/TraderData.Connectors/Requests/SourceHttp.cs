using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// Asks a source over HTTP: within its budget, with a limit in time and bytes for each try, and again after faults that pass by themselves
/// (no connection, a broken answer, 5xx, 429).
/// </summary>
public sealed class SourceHttp
{
    private const int MaxErrorBytes = 16 * 1024;

    // A source that is away for longer is the caller's to plan with.
    private const double MaxPatienceMinutes = 5;

    private readonly HttpClient _http;
    private readonly string _baseUrl;
    private readonly SourceBudget _budget;
    private readonly ISourceDialect _dialect;
    private readonly SourceHttpOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<Attempt> _retries;
    private RequestPriority _priority;

    /// <summary>Makes one.</summary>
    /// <param name="http">See <see cref="SourceHttpClient.Create"/>; its own timeout should be infinite.</param>
    /// <param name="baseUrl">Scheme and host of the source, with a path when a proxy has one.</param>
    /// <param name="budget">The budget that every job of the process shares.</param>
    /// <param name="dialect">The ways of the source.</param>
    /// <param name="options">Limits and retries.</param>
    /// <param name="time">The clock that waits and time limits run on.</param>
    /// <param name="logger">Hears of retries.</param>
    public SourceHttp(
        HttpClient http, Uri baseUrl, SourceBudget budget, ISourceDialect dialect, SourceHttpOptions options, TimeProvider time, ILogger logger)
    {
        if (!baseUrl.IsAbsoluteUri || baseUrl.Scheme is not ("http" or "https"))
            throw new ArgumentException($"base URL of {budget.Source} must be an absolute http or https URL, was '{baseUrl}'");
        (_http, _baseUrl, _budget, _dialect, _options, _time) = (http, baseUrl.AbsoluteUri.TrimEnd('/'), budget, dialect, options, time);
        _retries = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }.AddRetry(RetriesOf(options, logger)).Build();
    }

    /// <summary>The same, for requests of another priority. A new one sends what backfills send.</summary>
    public SourceHttp With(RequestPriority priority)
    {
        var view = (SourceHttp)MemberwiseClone();
        view._priority = priority;
        return view;
    }

    /// <summary>Sends a GET.</summary>
    /// <param name="pathAndQuery">Begins with a slash; escaped; holds no key, since it appears in messages.</param>
    /// <param name="weight">What the source counts it as.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The body of a success; the caller disposes of it.</returns>
    /// <exception cref="SourceException">The source could not be asked, or refuses.</exception>
    /// <exception cref="BadDataException">The answer is too long to be one.</exception>
    public async Task<SourceAnswer> GetAsync(string pathAndQuery, int weight, CancellationToken cancellationToken)
    {
        var attempt = await _retries.ExecuteAsync(
            static (state, token) => state.Http.TryAsync(state.PathAndQuery, state.Weight, token),
            (Http: this, PathAndQuery: pathAndQuery, Weight: weight),
            cancellationToken);
        return attempt.Answer ?? throw attempt.Error!;
    }

    private static RetryStrategyOptions<Attempt> RetriesOf(SourceHttpOptions options, ILogger logger) => new()
    {
        ShouldHandle = static arguments => ValueTask.FromResult(IsWorthARetry(arguments.Outcome.Result.Error)),
        MaxRetryAttempts = options.MaxRetries,
        Delay = options.FirstRetryDelay,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        // A 429 is waited out in the budget, where every job sees it; what a 503 asks for is waited here.
        DelayGenerator = static arguments => ValueTask.FromResult<TimeSpan?>(arguments.Outcome.Result.Error switch
        {
            { Kind: SourceErrorKind.RateLimited } => TimeSpan.Zero,
            { RetryAfter: { } delay } => delay,
            _ => null,
        }),
        OnRetry = arguments =>
        {
            logger.RetryFollows(arguments.Outcome.Result.Error!.Message, arguments.AttemptNumber + 2, arguments.RetryDelay);
            return ValueTask.CompletedTask;
        },
    };

    private static bool IsWorthARetry(SourceException? error) => error?.Kind switch
    {
        SourceErrorKind.RateLimited => true,
        SourceErrorKind.Unavailable => error.RetryAfter is null or { TotalMinutes: <= MaxPatienceMinutes },
        _ => false,
    };

    private async ValueTask<Attempt> TryAsync(string pathAndQuery, int weight, CancellationToken cancellationToken)
    {
        using var grant = await _budget.AcquireAsync(weight, _priority, cancellationToken);
        var name = $"{_budget.Source}: GET {pathAndQuery}";
        using var deadline = new CancellationTokenSource(_options.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var attempt = await SendAsync(pathAndQuery, name, grant, either.Token, cancellationToken);
        SourceMeter.Count(_budget.Source, attempt.Error?.Kind);
        return attempt;
    }

    private async Task<Attempt> SendAsync(string pathAndQuery, string name, BudgetGrant grant, CancellationToken inTime, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(pathAndQuery, name, grant, inTime);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new Attempt(null, Unavailable($"{name} had no whole answer within {_options.AttemptTimeout}.", e));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return new Attempt(null, Unavailable($"{name} failed: {e.Message}", e));
        }
    }

    private async Task<Attempt> SendAsync(string pathAndQuery, string name, BudgetGrant grant, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _baseUrl + pathAndQuery);
        _dialect.Prepare(request);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        _dialect.Observe(response, grant);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            await _budget.ShareAsync();
            var answer = await SourceAnswer.ReadAsync(response.Content, _options.MaxResponseBytes, name, cancellationToken);
            answer.Took = grant.Age;
            return new Attempt(answer, null);
        }

        var error = _dialect.ToException(await ReadRefusalAsync(response, name, cancellationToken));
        if (error.Kind == SourceErrorKind.Banned)
            _budget.Ban(error.RetryAfter);
        else if (error.Kind == SourceErrorKind.RateLimited)
            _budget.Pause(error.RetryAfter);
        else if (error.Kind is SourceErrorKind.RegionBlocked or SourceErrorKind.Forbidden)
            _budget.Stop(error);
        await _budget.ShareAsync();
        return new Attempt(null, error);
    }

    private async Task<SourceRefusal> ReadRefusalAsync(HttpResponseMessage response, string name, CancellationToken cancellationToken)
    {
        return new SourceRefusal(name, response.StatusCode, RetryAfterOf(response), await ReadTextAsync(response, cancellationToken));
    }

    // Status and headers say enough: a ban whose text breaks off is a ban, and must not be answered by asking again.
    private static async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await SourceAnswer.ReadStartAsync(response.Content, MaxErrorBytes, cancellationToken);
            return Encoding.UTF8.GetString(answer.Utf8);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return "";
        }
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait is null || wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static SourceException Unavailable(string message, Exception inner) => new(SourceErrorKind.Unavailable, message, inner: inner);

    private readonly record struct Attempt(SourceAnswer? Answer, SourceException? Error);
}
