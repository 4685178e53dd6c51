using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Marketplace;
using TraderData.Rounds;

namespace TraderData.Api;

/// <summary>Maps the marketplace's endpoints. Without an <see cref="IMarketplaceStore"/> and a <see cref="TokenBook"/> each answers how to turn it on.</summary>
internal static class MarketplaceRoutes
{
    private const string Vendor = "/api/marketplace/vendor";

    public static void MapMarketplace(this WebApplication app)
    {
        var tokens = app.Services.GetService<TokenBook>();
        // Without tokens nobody comes to where it is used.
        var store = tokens is null ? null : app.Services.GetService<IMarketplaceStore>();
        var routes = new Routes(app, IsOn: store is not null && tokens is not null);
        var (time, rate) = (app.Services.GetRequiredService<TimeProvider>(), app.Services.GetRequiredService<DeploymentRate>());
        var vendors = new VendorEndpoints(tokens!, app.Services.GetRequiredService<FailureGuard>());
        var catalog = new CatalogEndpoints(store!, new CatalogCache(store!, time), time);
        var deployments = new DeploymentEndpoints(store!, tokens!, rate, time);
        var runs = new TrainingEndpoints(store!, app.Services.GetService<IRounds>(), app.Services.GetService<TrainingOptions>() ?? new TrainingOptions(), time);

        routes.Map("GET", "/api/vendors/me", Scopes.VendorRead, VendorEndpoints.AnswerMeAsync);
        routes.Map("GET", $"{Vendor}/me", Scopes.VendorRead, VendorEndpoints.AnswerMeAsync);
        routes.Map("GET", $"{Vendor}/validate", Scopes.Validate, VendorEndpoints.AnswerValidAsync);
        routes.Map("POST", $"{Vendor}/validate", Scopes.Validate, VendorEndpoints.AnswerValidAsync);
        routes.Map("POST", $"{Vendor}/auth/exchange", null, vendors.ExchangeAsync);
        routes.Map("GET", "/api/catalog", Scopes.CatalogRead, catalog.AnswerAsync);
        routes.Map("POST", "/api/vendors/models", Scopes.ModelsWrite, catalog.RegisterAsync);
        routes.Map("POST", "/api/deployments", Scopes.DeploymentsWrite, deployments.CreateAsync);
        routes.Map("PATCH", "/api/deployments/{id}", Scopes.DeploymentsWrite, deployments.ChangeAsync);
        routes.Map("GET", "/api/deployments/{id}/status", Scopes.DeploymentsRead, deployments.AnswerStatusAsync);
        routes.Map("POST", "/api/deployments/{id}/infra-token", Scopes.DeploymentsWrite, deployments.LinkAsync);
        routes.Map("POST", $"{Vendor}/heartbeats", Scopes.HeartbeatsWrite, deployments.HearAsync);
        routes.Map("POST", "/api/training/runs", Scopes.Training, runs.CreateAsync);
        routes.Map("GET", "/api/training/runs/{id}", Scopes.Training, runs.AnswerAsync);
        routes.Map("GET", "/api/training/runs/{id}/logs", Scopes.Training, runs.AnswerLogsAsync);
        routes.Map("POST", "/api/training/runs/{id}/cancel", Scopes.Training, runs.CancelAsync);
        routes.Map("POST", "/api/signals/store", Scopes.SignalsWrite, new SignalEndpoints(SignalKind.Signal, store!, time).StoreAsync);
        routes.Map("POST", "/api/consensus/store", Scopes.SignalsWrite, new SignalEndpoints(SignalKind.Consensus, store!, time).StoreAsync);
    }

    private sealed record Routes(WebApplication App, bool IsOn)
    {
        private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

        public void Map(string method, string path, string? scope, RequestDelegate answer)
        {
            // One that requires a scope is answered by who looks at that.
            var endpoint = App.MapMethods(path, method == "GET" ? Read : [method], IsOn || scope is not null ? answer : context => ErrorAnswer.WriteAsync(context, AuthErrors.Off));
            if (scope is not null)
                endpoint.RequireScope(scope);
        }
    }
}
