using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace TraderData.EndToEnd.Tests;

/// <summary>Sends what the <c>mp</c> command line sends, header by header, over HTTP/1.1, and nothing of its own.</summary>
internal sealed class MpClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Makes one.</summary>
    /// <param name="address">The service, as <c>mp</c>'s <c>apiUrl</c>.</param>
    public MpClient(Uri address)
    {
        // No traceparent, no redirect, no cookie: none of them is the client's.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null };
        _http = new HttpClient(handler) { BaseAddress = address, DefaultRequestVersion = HttpVersion.Version11, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The service.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <summary>A call: with a JSON content type even on GET and on an empty body, both version headers, and a key when there is one.</summary>
    /// <param name="key">A key or token; null for none.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="body">The body; null for an empty one.</param>
    /// <param name="headers">More headers.</param>
    public async Task<MpAnswer> SendAsync(string? key, string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? "")) };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/json");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");
        foreach (var (name, value) in headers.Concat([("x-contracts-version", "0.16.4"), ("x-marketplace-contracts-version", "0.4.0")]))
            request.Headers.TryAddWithoutValidation(name, value);
        return await ReadAsync(request);
    }

    /// <summary>GET without any header.</summary>
    public async Task<MpAnswer> GetBareAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        return await ReadAsync(request);
    }

    /// <summary>Downloads from a link without any header but, when a download goes on, the range.</summary>
    /// <returns>The status and the bytes.</returns>
    public async Task<(int Status, byte[] Bytes)> DownloadAsync(Uri link, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Range = range;
        using var response = await _http.SendAsync(request, Cancellation);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    /// <summary>Asks for a link that opens nothing.</summary>
    public async Task<MpAnswer> FollowAsync(string link)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(link));
        return await ReadAsync(request);
    }

    public void Dispose() => _http.Dispose();

    private async Task<MpAnswer> ReadAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var asked = $"{request.Method} {request.RequestUri!.AbsolutePath}";
        return new MpAnswer(asked, (int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers).CheckEnvelope();
    }
}
