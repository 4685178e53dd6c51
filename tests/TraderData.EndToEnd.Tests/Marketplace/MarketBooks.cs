using Microsoft.Extensions.DependencyInjection;
using TraderData.Marketplace;
using TraderData.Storage;

namespace TraderData.EndToEnd.Tests;

/// <summary>The store of a running service, opened beside it as another process would: for what only time makes, and to see what was kept.</summary>
internal sealed class MarketBooks(StorageOptions storage, string pepper)
{
    // Tokens of deployments count for 90 days, codes for minutes.
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes what has expired by now, and what was revoked before anybody asked for it.</summary>
    /// <param name="vendorId">Whose they are.</param>
    /// <param name="script">Takes them as <c>expired_token</c>, <c>expired_code</c>, <c>revoked_token</c> and <c>second_deployment</c>.</param>
    public Task MakeWorthlessAsync(string vendorId, MpScript script) => WithAsync(LongAgo, async services =>
    {
        var (store, tokens) = (services.GetRequiredService<IMarketplaceStore>(), services.GetRequiredService<TokenBook>());
        var now = MarketplaceTime.Now(services.GetRequiredService<TimeProvider>());
        var deployment = new Deployment(TokenBook.NewId("dep"), vendorId, "beta", "byoc", "1", "1Gi", null, "acme/beta:1", "ready", now, now);
        var token = await tokens.CreateDeploymentAsync(deployment, Cancellation);
        var revoked = await tokens.CreateInfraTokenAsync(deployment, LongAgo * 2, Cancellation);
        Assert.True(await tokens.RevokeAsync(revoked.Token.Id, Cancellation));
        (script["second_deployment"], script["expired_token"], script["revoked_token"]) = (deployment.Id, token.Secret, revoked.Secret);
        script["expired_code"] = (await tokens.CreateAuthCodeAsync(vendorId, TimeSpan.FromMinutes(15), Cancellation)).Secret;
        // It is there, and it is over: not a token that nobody knows.
        Assert.Contains(await store.ListTokensAsync(Cancellation), held => held.Id == token.Token.Id && !held.IsLiveAt(MarketplaceTime.Now(TimeProvider.System)) && held.RevokedAt is null);
    });

    /// <summary>What is stored for an owner: model, decision and confidence of each, and the deployment that sent it.</summary>
    public async Task<IReadOnlyList<(string Model, string Decision, decimal Confidence, string? Deployment)>> SignalsAsync(SignalKind kind, string owner)
    {
        IReadOnlyList<Signal> signals = [];
        await WithAsync(TimeSpan.Zero, async services => signals = await services.GetRequiredService<IMarketplaceStore>().ListSignalsAsync(kind, owner, Cancellation));
        return [.. signals.Select(signal => (signal.ModelId, signal.Decision, signal.Confidence, signal.DeploymentId))];
    }

    private async Task WithAsync(TimeSpan behind, Func<IServiceProvider, Task> work)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<TimeProvider>(new PastClock(behind)).AddTraderDataStorage(storage).AddTraderDataMarketplaceStore(storage.DataDirectory)
            .AddTraderDataTokens(new MarketplaceOptions { Pepper = pepper });
        await using var provider = services.BuildServiceProvider();
        await work(provider);
    }
}
