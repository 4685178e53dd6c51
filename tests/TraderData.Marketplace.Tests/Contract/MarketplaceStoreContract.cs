using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>What every <see cref="IMarketplaceStore"/> promises.</summary>
public abstract partial class MarketplaceStoreContract : IAsyncLifetime
{
    private protected IStoreOnTest Place { get; private set; } = null!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The store of the test, and as the next process finds it.</summary>
    private protected IMarketplaceStore[] Both => [_store, Place.Open()];

    private IMarketplaceStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        Place = await CreateAsync();
        _store = Place.Open();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Place.DisposeAsync();
    }

    [Fact]
    public async Task Vendors_are_added_once_for_an_owner_with_their_key()
    {
        var (a, b) = (Samples.Vendor("a"), Samples.Vendor("b"));
        Assert.Empty(await _store.ListVendorsAsync(Cancellation));
        Assert.True(await _store.AddVendorAsync(b, Samples.Key(b), Cancellation));
        Assert.True(await _store.AddVendorAsync(a, Samples.Key(a), Cancellation));
        var other = a with { Id = "vnd_other", UserId = Guid.NewGuid() };
        Assert.False(await _store.AddVendorAsync(other, Samples.Key(other, "second"), Cancellation));
        foreach (var store in Both)
        {
            Assert.Equal([a, b], await store.ListVendorsAsync(Cancellation));
            Assert.Equal([Samples.Key(a), Samples.Key(b)], await store.ListTokensAsync(Cancellation));
            Assert.Equal(new Principal(Samples.Key(a), a), await store.FindTokenAsync("hash of a key", Cancellation));
            Assert.Null(await store.FindTokenAsync("hash of a second", Cancellation));
        }
    }

    [Fact]
    public async Task Vendors_of_one_owner_at_once_become_one()
    {
        var vendor = Samples.Vendor("a");
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            Place.Open().AddVendorAsync(vendor with { Id = $"vnd_{i}" }, Samples.Key(vendor with { Id = $"vnd_{i}" }, $"{i}"), Cancellation))));
        Assert.Single(added, ok => ok);
        Assert.Single(await _store.ListVendorsAsync(Cancellation));
        Assert.Single(await _store.ListTokensAsync(Cancellation));
    }

    [Fact]
    public async Task Tokens_are_revoked_once_and_stay_listed()
    {
        var vendor = await AddVendorAsync("a");
        var key = Samples.Key(vendor);
        Assert.False(await _store.RevokeTokenAsync("tok_none", Samples.Now, Cancellation));
        Assert.True(await _store.RevokeTokenAsync(key.Id, Samples.Now.AddSeconds(1), Cancellation));
        Assert.False(await _store.RevokeTokenAsync(key.Id, Samples.Now.AddSeconds(2), Cancellation));
        foreach (var store in Both)
            Assert.Equal(key with { RevokedAt = Samples.Now.AddSeconds(1) }, (await store.FindTokenAsync(key.Hash, Cancellation))!.Token);
    }

    [Fact]
    public async Task Codes_are_redeemed_once_however_many_try()
    {
        var vendor = await AddVendorAsync("a");
        var code = Samples.Key(vendor, "code") with { Kind = TokenKind.AuthCode, Scope = "", ExpiresAt = Samples.Now.AddMinutes(10) };
        await _store.AddTokenAsync(code, Cancellation);
        var redeemed = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Place.Open().RedeemAsync(code.Id, Samples.Key(vendor, $"new {i}"), Cancellation))));
        Assert.Single(redeemed, ok => ok);
        Assert.Equal(3, (await _store.ListTokensAsync(Cancellation)).Count);
        Assert.NotNull((await _store.FindTokenAsync(code.Hash, Cancellation))!.Token.RevokedAt);
    }

    [Fact]
    public async Task Deployments_come_with_their_token_and_change_field_by_field()
    {
        var vendor = await AddVendorAsync("a");
        var deployment = Samples.Deployment(vendor);
        await _store.AddDeploymentAsync(deployment, Samples.InfraToken(deployment), Cancellation);
        foreach (var store in Both)
        {
            Assert.Equal(deployment, await store.FindDeploymentAsync(deployment.Id, Cancellation));
            Assert.Equal(Samples.InfraToken(deployment), (await store.FindTokenAsync(Samples.InfraToken(deployment).Hash, Cancellation))!.Token);
        }

        Assert.Null(await _store.ChangeDeploymentAsync("dep_none", new DeploymentChange(Status: "x"), Samples.Now, Cancellation));
        Assert.Null(await _store.FindDeploymentAsync("dep_none", Cancellation));
        var later = Samples.Now.AddMinutes(1);
        var changed = deployment with { RunpodId = "r1", Status = "ready", UpdatedAt = later };
        Assert.Equal(changed, await _store.ChangeDeploymentAsync(deployment.Id, new DeploymentChange("r1", "ready"), later, Cancellation));
        changed = changed with { SignalsUrl = "https://s", ConsensusUrl = "https://c" };
        Assert.Equal(changed, await _store.ChangeDeploymentAsync(deployment.Id, new DeploymentChange(SignalsUrl: "https://s", ConsensusUrl: "https://c"), later, Cancellation));
        foreach (var store in Both)
            Assert.Equal(changed, await store.FindDeploymentAsync(deployment.Id, Cancellation));
    }

    private protected abstract Task<IStoreOnTest> CreateAsync();

    private protected async Task<Vendor> AddVendorAsync(string name)
    {
        var vendor = Samples.Vendor(name);
        Assert.True(await _store.AddVendorAsync(vendor, Samples.Key(vendor), Cancellation));
        return vendor;
    }
}

public sealed class JournalStoreTests : MarketplaceStoreContract
{
    private protected override Task<IStoreOnTest> CreateAsync() => Task.FromResult<IStoreOnTest>(new JournalOnTest());
}

/// <summary>The same with a file that is written again with nearly every change.</summary>
public sealed class RewrittenJournalStoreTests : MarketplaceStoreContract
{
    private protected override Task<IStoreOnTest> CreateAsync() => Task.FromResult<IStoreOnTest>(new JournalOnTest { LeastDead = 0 });
}

public sealed partial class PostgresStoreTests(PostgresServer server) : MarketplaceStoreContract
{
    private protected override async Task<IStoreOnTest> CreateAsync() => await PostgresOnTest.CreateAsync(server);
}
