using System.Net;
using System.Net.Http.Headers;

namespace TraderData.Connectors;

/// <summary>Makes the HTTP client that a source is asked through; one for the process and source.</summary>
public static class SourceHttpClient
{
    /// <summary>Makes a client that unpacks answers, follows no redirect (keys must not travel on), and leaves timeouts to <see cref="SourceHttp"/>.</summary>
    public static HttpClient Create()
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // Long enough to spare handshakes, short enough to follow a change of DNS.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("trader-data", typeof(SourceHttpClient).Assembly.GetName().Version?.ToString(3)));
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return client;
    }
}
