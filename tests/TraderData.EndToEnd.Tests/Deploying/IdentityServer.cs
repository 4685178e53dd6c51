using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TraderData.EndToEnd.Tests;

/// <summary>Hands out tokens as the identity endpoint of a container app does. Azurite looks at what they say and at no signature.</summary>
internal sealed class IdentityServer : IAsyncDisposable
{
    private const string Header = "a header of the test";
    private readonly WebApplication _app;

    private IdentityServer(WebApplication app) => _app = app;

    /// <summary>The variables by which a program finds it.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["IDENTITY_ENDPOINT"] = $"{_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/msi/token",
        ["IDENTITY_HEADER"] = Header,
    };

    public static async Task<IdentityServer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(cancellationToken);
        return new IdentityServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers["X-IDENTITY-HEADER"] != Header)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        var resource = context.Request.Query["resource"].ToString();
        var now = TimeProvider.System.GetUtcNow();
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""
            {"access_token":"{{TokenOf(resource, now)}}","expires_on":"{{now.AddHours(8).ToUnixTimeSeconds()}}","resource":"{{resource}}","token_type":"Bearer"}
            """);
    }

    private static string TokenOf(string resource, DateTimeOffset now)
    {
        var claims = new Dictionary<string, object>
        {
            ["aud"] = resource,
            ["iss"] = "https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(8).ToUnixTimeSeconds(),
            ["oid"] = "23657296-5cd5-45b0-a809-d972a7f4dfe1",
            ["tid"] = "dd0d0df1-06c3-436c-8034-4b9a153097ce",
        };
        return $"{Part("""{"typ":"JWT","alg":"RS256"}""")}.{Part(JsonSerializer.Serialize(claims))}.{Part("unsigned")}";
    }

    private static string Part(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
