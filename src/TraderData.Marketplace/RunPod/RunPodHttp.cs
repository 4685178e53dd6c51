using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>Sends requests to RunPod with the account's key, each once, and reads answers, which anybody may have written, no further than they may go.</summary>
/// <param name="http">Sends them; must follow no redirect, with which the key would travel on.</param>
/// <param name="options">Who we are.</param>
/// <param name="time">The clock.</param>
internal sealed class RunPodHttp(HttpClient http, RunPodOptions options, TimeProvider time)
{
    /// <summary>The largest answer, in bytes: the output of a job has 10 MB at most (docs.runpod.io/serverless/endpoints/operation-reference).</summary>
    public const int MaxAnswerBytes = 12 << 20;

    // Of what comes with a refusal only the beginning is shown.
    private const int MaxRefusalBytes = 64 << 10;

    private readonly byte[] _key = Encoding.ASCII.GetBytes(options.ApiKey);

    /// <summary>Sends a request.</summary>
    /// <returns>The answer; undefined when it has no body.</returns>
    /// <exception cref="ProviderException">It was not done, or nobody knows whether it was.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, RunPodAddress address, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        var asked = $"{method} {address}";
        using var patience = new CancellationTokenSource(options.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = RequestOf(method, address, body);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!answer.IsSuccessStatusCode)
                throw RunPodFaults.Of(asked, (int)answer.StatusCode, address.Settings, await SaidByAsync(answer, either.Token));
            return Parse(await ReadAsync(answer, MaxAnswerBytes, either.Token));
        }
        catch (HttpRequestException e)
        {
            throw WasNeverSent(e)
                ? new ProviderException(ProviderErrorKind.Unreachable, $"RunPod cannot be reached for {asked}: {e.HttpRequestError}; look at the network and at {address.Settings}", inner: e)
                : Lost(asked, e.HttpRequestError.ToString(), e);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw Lost(asked, e is JsonException ? "no JSON" : "it broke off", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit is on connecting: nothing was sent then.
            throw e.InnerException is TimeoutException && !patience.IsCancellationRequested
                ? new ProviderException(ProviderErrorKind.Unreachable, $"RunPod cannot be reached for {asked}: no connection in time; look at the network and at {address.Settings}", inner: e)
                : Lost(asked, $"nothing within {options.Patience.TotalSeconds:0.#} s", e);
        }
    }

    private static ProviderException Lost(string asked, string what, Exception? inner) =>
        new(ProviderErrorKind.Unclear, $"RunPod was asked {asked}, and its answer cannot be read: {what}", inner: inner);

    private static bool WasNeverSent(HttpRequestException e) => e.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, int maxBytes, CancellationToken cancellationToken)
    {
        await answer.Content.LoadIntoBufferAsync(maxBytes, cancellationToken);
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private HttpRequestMessage RequestOf(HttpMethod method, RunPodAddress address, ReadOnlyMemory<byte>? body)
    {
        var request = new HttpRequestMessage(method, address.Url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private JsonElement Parse(byte[] bytes)
    {
        if (bytes.Length == 0)
            return default;
        StrikeOutKey(bytes);
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }

    // The status counts, whatever becomes of the rest.
    private async Task<string?> SaidByAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await ReadAsync(answer, MaxRefusalBytes, cancellationToken);
            StrikeOutKey(bytes);
            return ProviderText.Clean(Encoding.UTF8.GetString(bytes));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    // Who answers has the key; whoever reads the answer has not.
    private void StrikeOutKey(Span<byte> bytes)
    {
        for (int at; _key.Length > 0 && (at = bytes.IndexOf(_key)) >= 0; bytes = bytes[(at + _key.Length)..])
            bytes.Slice(at, _key.Length).Fill((byte)'*');
    }
}

/// <summary>What is asked: an address below one of the settings.</summary>
/// <param name="Base">The setting.</param>
/// <param name="Path">What stands behind it, of ids that were checked.</param>
/// <param name="Settings">The settings that led there, for people.</param>
/// <param name="Query">A query with its question mark; empty for none.</param>
internal sealed record RunPodAddress(Uri Base, string Path, string Settings, string Query = "")
{
    public Uri Url => new($"{Base.AbsoluteUri.TrimEnd('/')}/{Path}{Query}");

    /// <summary>The host and path, for messages.</summary>
    public override string ToString() => $"{Base.Authority}/{Path}";
}
