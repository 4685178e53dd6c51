using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Marketplace;
using TraderData.Rounds;

namespace TraderData.Api;

/// <summary>Maps the endpoints of rounds, where there are <see cref="IRounds"/> and, for all but the public keys, <see cref="RoundLinks"/>.</summary>
internal static class RoundRoutes
{
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    private const string QualityFile = "quality.json";

    public static void MapRounds(this WebApplication app)
    {
        if (app.Services.GetService<IRounds>() is not { } rounds)
            return;
        var links = app.Services.GetService<RoundLinks>();
        var endpoints = new RoundEndpoints(rounds, links!, app.Services.GetRequiredService<ApiOptions>().PublicUrl);
        app.MapMethods("/.well-known/jwks.json", Read, endpoints.AnswerKeysAsync);
        app.MapMethods("/api/rounds", Read, endpoints.AnswerListAsync).RequireScope(Scopes.RoundsRead);
        app.MapMethods("/api/rounds/{id}", Read, endpoints.AnswerOneAsync).RequireScope(Scopes.RoundsRead);
        app.MapMethods("/api/rounds/{id}/manifest", Read, context => endpoints.AnswerFileAsync(context, RoundManifest.FileName)).RequireScope(Scopes.RoundsRead);
        app.MapMethods("/api/rounds/{id}/quality", Read, context => endpoints.AnswerFileAsync(context, QualityFile)).RequireScope(Scopes.RoundsRead);
        // Without tokens nobody comes to where links are made.
        app.MapPost("/api/datasets/signed-urls", endpoints.AnswerLinksAsync).RequireScope(Scopes.RoundsRead);
        app.MapMethods(
            "/api/datasets/files/{round}/{name}", Read, links is null ? context => ErrorAnswer.WriteAsync(context, AuthErrors.Off) : new RoundFileEndpoint(rounds, links).AnswerAsync);
    }
}
