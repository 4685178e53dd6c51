using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>Deployments, their tokens and what they tell of themselves.</summary>
internal sealed class DeploymentEndpoints(IMarketplaceStore store, TokenBook tokens, DeploymentRate rate, TimeProvider time)
{
    private const int MaxMessageLength = 4_000;

    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement.Clone();

    private static readonly ApiError Unknown = new(
        StatusCodes.Status404NotFound, ErrorCodes.NotFound, "you have no deployment of this id; POST /api/deployments makes one and answers its id");

    private static readonly ApiError NotItsOwn = new(
        StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "a deployment's token speaks for its own deployment only; use the vendor's key for others");

    /// <summary><c>POST /api/deployments</c>.</summary>
    public Task CreateAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var now = MarketplaceTime.Now(time);
        var deployment = new Deployment(
            TokenBook.NewId("dep"), context.Caller().Vendor.Id, fields.Text("name"), fields.Text("provider"), fields.TextOrNumber("cpu"), fields.TextOrNumber("memory"),
            fields.OptionalText("gpu"), fields.Text("image", MaxMessageLength), Deployment.FirstStatus, now, now);
        if (fault() is { } error)
            return error;
        var token = await tokens.CreateDeploymentAsync(deployment, context.RequestAborted);
        await MarketAnswer.WriteAsync(context, new InfraTokenData(deployment.Id, token.Secret, token.Token.ExpiresAt!.Value));
        return null;
    });

    /// <summary><c>PATCH /api/deployments/{id}</c>.</summary>
    public Task ChangeAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var change = new DeploymentChange(RunpodId: fields.OptionalText("runpod_id"), Status: fields.OptionalText("status"));
        if (fault() is { } error)
            return error;
        if (await FindAsync(context) is not { } held || await store.ChangeDeploymentAsync(held.Id, change, MarketplaceTime.Now(time), context.RequestAborted) is not { } deployment)
            return Unknown;
        await WriteAsync(context, deployment);
        return null;
    });

    /// <summary><c>GET /api/deployments/{id}/status</c>.</summary>
    public async Task AnswerStatusAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } deployment)
            await WriteAsync(context, deployment);
        else
            await ErrorAnswer.WriteAsync(context, Unknown);
    }

    /// <summary><c>POST /api/deployments/{id}/infra-token</c>.</summary>
    public Task LinkAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var change = new DeploymentChange(SignalsUrl: fields.Url("signals_url"), ConsensusUrl: fields.Url("consensus_url"));
        if (fault() is { } error)
            return error;
        if (await FindAsync(context) is not { } held || await store.ChangeDeploymentAsync(held.Id, change, MarketplaceTime.Now(time), context.RequestAborted) is not { } deployment)
            return Unknown;
        var token = await tokens.CreateInfraTokenAsync(deployment, lifetime: null, context.RequestAborted);
        await MarketAnswer.WriteAsync(context, new InfraTokenData(deployment.Id, token.Secret, token.Token.ExpiresAt!.Value));
        return null;
    });

    /// <summary><c>POST /api/marketplace/vendor/heartbeats</c>.</summary>
    public Task HearAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var caller = context.Caller();
        var heartbeat = new Heartbeat(
            TokenBook.NewId("hb"), fields.Text("deployment_id"), caller.Vendor.Id, fields.Choice("status", Heartbeat.Statuses), fields.Time("timestamp"), MarketplaceTime.Now(time),
            fields.OptionalObject("metrics") ?? Nothing, fields.OptionalText("message", MaxMessageLength));
        if (fault() is { } error)
            return error;
        if (caller.Token.DeploymentId is { } own && own != heartbeat.DeploymentId)
            return NotItsOwn;
        if (await store.FindDeploymentAsync(heartbeat.DeploymentId, context.RequestAborted) is not { } deployment || deployment.VendorId != caller.Vendor.Id)
            return Unknown;
        // A deployment's token was counted before; with the vendor's key it is known only now whose heart beats.
        if (caller.Token.DeploymentId is null && rate.Take(deployment.Id) is { } wait)
            return AuthErrors.TooManyRequests(wait);
        await store.SaveHeartbeatAsync(heartbeat, context.RequestAborted);
        await MarketAnswer.WriteAsync(context, new HeartbeatData(heartbeat.Id, heartbeat.ReceivedAt));
        return null;
    });

    // Of another vendor there is none, as far as this one is told.
    private async Task<Deployment?> FindAsync(HttpContext context)
    {
        var (caller, id) = (context.Caller(), (string)context.Request.RouteValues["id"]!);
        if (caller.Token.DeploymentId is { } own && own != id)
            return null;
        var deployment = await store.FindDeploymentAsync(id, context.RequestAborted);
        return deployment?.VendorId == caller.Vendor.Id ? deployment : null;
    }

    private async Task WriteAsync(HttpContext context, Deployment deployment)
    {
        var heartbeat = await store.FindHeartbeatAsync(deployment.Id, context.RequestAborted);
        await MarketAnswer.WriteAsync(context, new DeploymentData(
            deployment.Id, deployment.Name, deployment.Provider, deployment.Status, deployment.Image, deployment.RunpodId, deployment.SignalsUrl, deployment.ConsensusUrl,
            deployment.CreatedAt, deployment.UpdatedAt, heartbeat?.ReceivedAt, heartbeat?.Status));
    }
}
