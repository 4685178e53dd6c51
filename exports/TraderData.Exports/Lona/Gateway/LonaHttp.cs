using System.Net;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace TraderData.Exports;

/// <summary>Asks the gateway over HTTP, within limits of time and bytes. The token stands in a header alone, and no redirect is followed with it.</summary>
internal sealed class LonaHttp : IDisposable
{
    private const int MaxRetries = 3;

    // A hundred symbols with their descriptions; more is no answer of the gateway.
    private const int MaxAnswerBytes = 4 << 20;

    private const int ShownLength = 300;

    private readonly HttpClient _client;
    private readonly LonaGatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly string _base;
    private readonly ResiliencePipeline _retries;

    public LonaHttp(LonaGatewayOptions options, TimeProvider time)
    {
        (_options, _time, _base) = (options, time, options.Url.AbsoluteUri.TrimEnd('/'));
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.All, ConnectTimeout = TimeSpan.FromSeconds(10) };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
        _retries = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<LonaGatewayException>(e => e.Status is null or 408 or 429 or >= 500),
            MaxRetryAttempts = MaxRetries,
            Delay = options.FirstRetry,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        }).Build();
    }

    /// <summary>Asks for something; again when it fails.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        await _retries.ExecuteAsync(async token => Parse(path, await SendAsync(HttpMethod.Get, path, null, _options.AnswerTime, token).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);

    /// <summary>Deletes something; again when it fails.</summary>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        var tries = 0;
        await _retries.ExecuteAsync(async token =>
        {
            try
            {
                tries++;
                _ = await SendAsync(HttpMethod.Delete, path, null, _options.AnswerTime, token).ConfigureAwait(false);
            }
            catch (LonaGatewayException e) when (e.Status == 404 && tries > 1)
            {
                // The try before did it.
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a file, once.</summary>
    public async Task<JsonElement> UploadAsync(string path, string name, HttpContent body, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(path, await SendAsync(HttpMethod.Post, path, body, _options.UploadTime, cancellationToken).ConfigureAwait(false));
        }
        catch (LonaGatewayException e) when (e.IsNameTaken)
        {
            throw new LonaGatewayException(e.Status, $"Lona has a symbol of the name {name} already: delete it (trader-data lona delete), or upload with --replace. {e.Message}", e);
        }
        catch (LonaGatewayException e) when (e.Status is null or 408 or >= 500)
        {
            throw new LonaGatewayException(e.Status, $"{e.Message} It is not known whether {name} was taken: 'trader-data lona list' tells; upload it again if it is not there.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string path, HttpContent? body, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, new Uri(_base + path)) { Content = body };
        request.Headers.Add("X-API-Key", _options.Token);
        request.Headers.Add("X-User-Id", _options.AgentId);
        try
        {
            // Reads the answer to its end, up to the limit in bytes.
            using var answer = await _client.SendAsync(request, both.Token).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(both.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? text : throw Refusal(method, path, (int)answer.StatusCode, text);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LonaGatewayException(null, $"{Asked(method, path)} had no answer within {patience.TotalSeconds} s: look at the network and LONA_GATEWAY_URL.");
        }
        catch (HttpRequestException e)
        {
            throw new LonaGatewayException(null, $"{Asked(method, path)} failed ({e.HttpRequestError}: {e.Message}): look at LONA_GATEWAY_URL and the network.", e);
        }
    }

    private string Asked(HttpMethod method, string path) => $"{method} {_options.Url.GetLeftPart(UriPartial.Authority)}{path}";

    private LonaGatewayException Refusal(HttpMethod method, string path, int status, string body)
    {
        var told = Shown(body);
        var remedy = status switch
        {
            401 or 403 => " Look at LONA_AGENT_TOKEN and LONA_AGENT_ID.",
            404 => " 'trader-data lona list' tells what there is.",
            >= 300 and < 400 => " Set LONA_GATEWAY_URL to the address that it leads to: no redirect is followed with a token.",
            413 => " Export a shorter range or a longer timeframe.",
            _ => "",
        };
        return new LonaGatewayException(status, $"{Asked(method, path)} was answered {status}{(told.Length > 0 ? $": {told}" : "")}.{remedy}");
    }

    private static JsonElement Parse(string path, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new LonaGatewayException(200, $"Lona's gateway answered {path} with something else than JSON: look whether LONA_GATEWAY_URL is the gateway's address", e);
        }
    }

    // {error:{code,message}}, or the beginning of whatever came; a gateway may repeat what it was sent, so that the token is taken out.
    private string Shown(string body)
    {
        var text = body;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
                text = $"{TextOf(error, "code")} {TextOf(error, "message")}".Trim();
        }
        catch (JsonException)
        {
            // Shown as it came.
        }

        text = text.Replace(_options.Token, "…", StringComparison.Ordinal);
        var line = string.Concat(text.Take(ShownLength).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length > ShownLength ? line + "…" : line.TrimEnd('.');
    }

    private static string TextOf(JsonElement error, string name) => error.TryGetProperty(name, out var value) ? value.ToString() : "";
}
