using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>The catalog, and models that come into it.</summary>
internal sealed class CatalogEndpoints(IMarketplaceStore store, CatalogCache catalog, TimeProvider time)
{
    private const int MaxDescriptionLength = 4_000;

    /// <summary><c>GET /api/catalog</c>.</summary>
    public async Task AnswerAsync(HttpContext context) => await MarketAnswer.WriteAsync(context, await catalog.GetAsync(context.RequestAborted));

    /// <summary><c>POST /api/vendors/models</c>.</summary>
    public Task RegisterAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var model = Model.Register(
            context.Caller().Vendor.Id, fields.Text("name"), fields.OptionalText("description", MaxDescriptionLength), fields.Choice("task", Model.Tasks), fields.Text("version"),
            fields.OptionalText("deployment_id"), MarketplaceTime.Now(time));
        if (fault() is { } error)
            return error;
        await store.SaveModelAsync(model, context.RequestAborted);
        catalog.Invalidate();
        await MarketAnswer.WriteAsync(context, new ModelData(model.Id, model.VersionId));
        return null;
    });
}
