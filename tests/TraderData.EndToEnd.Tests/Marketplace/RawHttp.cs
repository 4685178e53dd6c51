using System.Net.Sockets;
using System.Text;

namespace TraderData.EndToEnd.Tests;

/// <summary>Requests byte by byte, for what no client library lets through.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request that asks for the connection to be closed, and reads until it is.</summary>
    /// <param name="address">The service.</param>
    /// <param name="lines">The request line and the headers, <c>host</c> and <c>connection</c> apart.</param>
    /// <returns>The whole answer, head and body.</returns>
    public static async Task<string> SendAsync(Uri address, params string[] lines)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var head = string.Join("\r\n", [lines[0], $"host: {address.Authority}", "connection: close", .. lines[1..], "", ""]);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
