using Microsoft.AspNetCore.Builder;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>Tests of the endpoints over real HTTP, run on both stores.</summary>
public abstract class MarketTest(PostgresServer? server) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trader-data-market-").FullName;
    private readonly List<string> _secrets = [MarketHost.Pepper];
    private readonly List<MarketHost> _hosts = [];
    private string _database = "";

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected MarketHost Host { get; private set; } = null!;

    private protected TestTime Time { get; } = new();

    /// <summary>The data folder of all hosts.</summary>
    private protected string Folder => _folder;

    /// <summary>A client without a key.</summary>
    private protected MpClient Nobody => new(Host.Client, null);

    public virtual async ValueTask InitializeAsync()
    {
        _database = server is null ? "" : await server.CreateDatabaseAsync(Cancellation);
        Host = await StartAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            var logs = _hosts.SelectMany(host => host.Log.Lines).ToList();
            Assert.NotEmpty(logs);
            foreach (var secret in _secrets)
                Assert.DoesNotContain(logs, line => line.Contains(secret, StringComparison.Ordinal));
        }
        finally
        {
            foreach (var host in _hosts)
                await host.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>One more process on the same store, as far as it can be one in this one.</summary>
    private protected async Task<MarketHost> StartAsync(Action<WebApplicationBuilder>? configure = null, bool withTokens = true)
    {
        _hosts.Add(await MarketHost.StartAsync(_folder, _database, builder => builder.Services.Add(Clock(configure, builder)), withTokens));
        return _hosts[^1];
    }

    /// <summary>A text that must be in no log when the test is over.</summary>
    private protected string Secret(string secret)
    {
        Assert.True(secret.Length > 8, "too short to be told apart");
        _secrets.Add(secret);
        return secret;
    }

    /// <summary>A vendor, and a client with its key.</summary>
    private protected async Task<(IssuedToken Key, MpClient Client)> VendorAsync(string owner)
    {
        var key = (await Host.Tokens.CreateVendorAsync($"Vendor {owner}", owner, null, Cancellation))!;
        return (key, Nobody.With(Secret(key.Secret)));
    }

    /// <summary>A deployment of a vendor, and a client with its token.</summary>
    private protected async Task<(string Id, MpClient Client)> DeploymentAsync(MpClient vendor)
    {
        var made = await vendor.PostAsync("/api/deployments", """{"name":"alpha","provider":"runpod","cpu":2,"memory":"4Gi","image":"acme/alpha:1"}""");
        return (made["deployment_id"], vendor.With(Secret(made["infra_token"])));
    }

    private Microsoft.Extensions.DependencyInjection.ServiceDescriptor Clock(Action<WebApplicationBuilder>? configure, WebApplicationBuilder builder)
    {
        configure?.Invoke(builder);
        return new Microsoft.Extensions.DependencyInjection.ServiceDescriptor(typeof(TimeProvider), Time);
    }
}
