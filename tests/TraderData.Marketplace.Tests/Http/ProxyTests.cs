using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Api;

namespace TraderData.Marketplace.Tests;

/// <summary>Who asks is told by proxies that are trusted, and by nobody else.</summary>
public sealed class ProxyTests() : MarketTest(null)
{
    private const string Wrong = "vk_0000000000000000000000000000000000000000000";

    [Fact]
    public async Task Wrong_keys_are_counted_by_the_client_that_a_trusted_proxy_names()
    {
        await using var host = await StartAsync(builder => builder.Services.AddSingleton(new ApiOptions { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8")] }));
        var client = new MpClient(host.Client, Wrong);
        await FailAsync(client, "203.0.113.7", 60);

        (await AskAsync(client, "203.0.113.7")).MustFail(429, "RATE_LIMITED");
        // Another proxy in between is passed over, what the client itself claims is not.
        (await AskAsync(client, "203.0.113.8, 203.0.113.7, 10.1.2.3")).MustFail(429, "RATE_LIMITED");
        (await AskAsync(client, "203.0.113.7, 203.0.113.8")).MustFail(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task What_others_claim_is_not_believed()
    {
        var client = new MpClient(Host.Client, Wrong);
        for (var i = 0; i < 60; i++)
            (await AskAsync(client, $"203.0.113.{i}")).MustFail(401, "UNAUTHORIZED");

        (await AskAsync(client, "203.0.113.77")).MustFail(429, "RATE_LIMITED");
    }

    private static async Task FailAsync(MpClient client, string forwarded, int times)
    {
        for (var i = 0; i < times; i++)
            (await AskAsync(client, forwarded)).MustFail(401, "UNAUTHORIZED");
    }

    private static Task<Answer> AskAsync(MpClient client, string forwarded) => client.SendAsync("GET", "/api/catalog", null, ("X-Forwarded-For", forwarded));
}
