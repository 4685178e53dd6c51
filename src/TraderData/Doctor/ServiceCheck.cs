using System.Net;
using System.Net.Sockets;

namespace TraderData.Cli;

/// <summary>Whether the service can listen, and is reached from outside.</summary>
internal static class ServiceCheck
{
    // A service says who it is at once; another program may say nothing at all.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Takes the port for a moment; where it is taken, asks who has it.</summary>
    public static async Task<IReadOnlyList<Finding>> PortAsync(Settings settings, HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, settings.Port) { ExclusiveAddressUse = true };
            listener.Start();
            return [Finding.Ok("port", $"{settings.Port} is free")];
        }
        catch (SocketException e)
        {
            if (e.SocketErrorCode == SocketError.AddressAlreadyInUse && await IsOursAsync(http, $"http://localhost:{settings.Port}", cancellationToken).ConfigureAwait(false))
                return [Finding.Ok("port", $"a trader-data service answers on {settings.Port}")];
            return [Finding.Failed("port", $"{settings.Port} cannot be taken: {e.Message}", "stop the program that has it (ss -ltnp tells which), or choose another one with PORT or --urls")];
        }
    }

    /// <summary>Asks the service by the address that the world knows.</summary>
    public static async Task<IReadOnlyList<Finding>> PublicUrlAsync(Settings settings, HttpClient http, CancellationToken cancellationToken) =>
        [
            await IsOursAsync(http, settings.PublicUrl.TrimEnd('/'), cancellationToken).ConfigureAwait(false)
                ? Finding.Ok("public url", $"a trader-data service answers at {settings.PublicUrl}")
                : Finding.Warning("public url", $"no trader-data service answers at {settings.PublicUrl}/api/health", "start the service, or correct PUBLIC_URL, DNS or the proxy: links to files of rounds begin with it"),
        ];

    /// <summary>Connects to a host that is not asked for anything: archives, streams. Behind a proxy that is no proof, hence a warning.</summary>
    public static async Task<IReadOnlyList<Finding>> ReachAsync(string check, string setting, string url, CancellationToken cancellationToken)
    {
        var address = new Uri(url);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, limit.Token).ConfigureAwait(false);
            return [Finding.Ok(check, $"{address.Host}:{address.Port} takes connections")];
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [Finding.Warning(check, $"{address.Host}:{address.Port} takes no connection: {e.Message}", $"look at {setting}, which is {url}, and at the network; {Settings.None} does without")];
        }
    }

    private static async Task<bool> IsOursAsync(HttpClient http, string address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await http.GetAsync(new Uri($"{address}/api/health"), HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode && answer.Content.Headers.ContentLength is < 1_000
                && (await answer.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false)).Contains("\"service\":\"trader-data\"", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
