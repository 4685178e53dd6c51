using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace TraderData.Connectors.Tests;

/// <summary>An HTTP server on a free loopback port that answers as a test tells it.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    private WireServer(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.Listen(IPAddress.Loopback, 0);
            o.AddServerHeader = false;
        });
        _app = builder.Build();
        _app.Run(context =>
        {
            _requests.Enqueue(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            return answer(context);
        });
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>Path and query of every request, as they came over the wire.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static async Task<WireServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var server = new WireServer(answer);
        await server._app.StartAsync();
        server.Url = new Uri(server._app.Urls.Single());
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
