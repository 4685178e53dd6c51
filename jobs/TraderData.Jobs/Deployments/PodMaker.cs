using Microsoft.Extensions.Logging;
using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>Makes the pod of a deployment, unless there is one.</summary>
internal sealed class PodMaker(IMarketplaceStore store, IPods pods, TokenBook tokens, PodOptions options, TimeProvider time, ILogger<PodMaker> logger)
{
    private DateTime Now => MarketplaceTime.Now(time);

    /// <summary>Makes the pod of one that has none, or takes the one that somebody made who was killed before he could tell.</summary>
    public async Task MakeAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!await ClaimAsync(deployment).ConfigureAwait(false))
            return;
        try
        {
            var pod = await pods.FindAsync(deployment.Id, CancellationToken.None).ConfigureAwait(false);
            // Its vendor set it offline before there was a pod.
            if (pod is null && deployment.Status == Deployment.OfflineStatus)
                await ChangeAsync(deployment, held => held with { PodDoneAt = Now }).ConfigureAwait(false);
            else
                await KeepAsync(deployment, pod ?? await CreateAsync(deployment).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (ProviderException e)
        {
            logger.PodNotMade(deployment.Id, e.Message);
            await SettleAsync(deployment, e).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<bool> ClaimAsync(Deployment deployment)
    {
        var (now, isOurs) = (Now, false);
        await ChangeAsync(deployment, held =>
        {
            isOurs = held.PodId is null && held.PodDoneAt is null && held.PodClaimedAt == deployment.PodClaimedAt
                && (held.PodClaimedAt is not null || held is { RunpodId: null, Status: Deployment.FirstStatus });
            return isOurs ? held with { PodClaimedAt = now } : held;
        }).ConfigureAwait(false);
        return isOurs;
    }

    private async Task<Pod> CreateAsync(Deployment deployment)
    {
        var token = await tokens.CreateInfraTokenAsync(deployment, lifetime: null, CancellationToken.None).ConfigureAwait(false);
        try
        {
            return await pods.CreateAsync(
                new PodOrder(deployment.Id, deployment, new Dictionary<string, string>
                {
                    ["DEPLOYMENT_ID"] = deployment.Id,
                    ["INFRA_TOKEN"] = token.Secret,
                    ["TRADER_DATA_URL"] = options.PublicUrl.AbsoluteUri.TrimEnd('/'),
                }),
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (ProviderException e) when (e.Kind != ProviderErrorKind.Unclear)
        {
            // There is no pod that has it.
            await tokens.RevokeAsync(token.Token.Id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task KeepAsync(Deployment deployment, Pod pod)
    {
        await ChangeAsync(deployment, held => held with { PodId = pod.Id, RunpodId = held.RunpodId ?? pod.Id, UpdatedAt = Now }).ConfigureAwait(false);
        logger.PodMade(deployment.Id, pod.Id);
    }

    // What may have been made is looked for by its name, later.
    private Task SettleAsync(Deployment deployment, ProviderException e) => e.Kind switch
    {
        ProviderErrorKind.Unclear => Task.CompletedTask,
        ProviderErrorKind.Refused or ProviderErrorKind.NotFound => ChangeAsync(deployment, held => held with { Status = Deployment.ErrorStatus, PodDoneAt = Now, UpdatedAt = Now }),
        _ => ChangeAsync(deployment, held => held with { PodClaimedAt = deployment.PodClaimedAt }),
    };

    private Task<Deployment?> ChangeAsync(Deployment deployment, Func<Deployment, Deployment> change) => store.ChangePodAsync(deployment.Id, change, CancellationToken.None);
}
