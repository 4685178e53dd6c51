using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>Puts the HTTP API into a program.</summary>
public static class TraderDataApi
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Adds what the API needs, except for the <see cref="IBarStore"/> with its <see cref="IBarChanges"/> and <see cref="IProvisionalBars"/>, which the program registers itself. A <see cref="TimeProvider"/> that is
    /// registered is taken; otherwise the system's is.
    /// </summary>
    public static IServiceCollection AddTraderDataApi(this IServiceCollection services)
    {
        services.AddRouting();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IReadinessCheck>(provider => new StoreReadiness(provider.GetRequiredService<IBarStore>()));
        services.AddSingleton<IHealthPart>(provider => new JobsPart(provider.GetService<IJobHistory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHealthPart>(provider => new SourcesPart(provider.GetService<IBudgetStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHealthPart>(provider => new LagPart(provider.GetService<IJobControl>(), provider.GetRequiredService<IBarStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AnswerCache>();
        services.TryAddSingleton(new ApiOptions());
        services.AddSingleton<FailureGuard>().AddSingleton<DeploymentRate>();
        services.AddCors();
        services.TryAddSingleton(_ => new StreamRoom(StreamRoom.DefaultMost));
        services.AddTraderDataOpenApi();
        return services;
    }

    /// <summary>
    /// Maps every endpoint, and puts error answers around all that comes after: call it before other middleware that may fail. The store is
    /// resolved here, once.
    /// </summary>
    /// <exception cref="InvalidOperationException">No <see cref="IBarStore"/>, <see cref="IProvisionalBars"/>, <see cref="IBarChanges"/> or <see cref="IInstrumentBook"/> is registered.</exception>
    public static WebApplication MapTraderDataApi(this WebApplication app)
    {
        var store = app.Services.GetRequiredService<IBarStore>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var answers = app.Services.GetRequiredService<AnswerCache>();
        var provisional = app.Services.GetRequiredService<IProvisionalBars>();
        app.MapTraderDataHealth();
        app.MapData("/api/marketdata/ohlcv", new BarsEndpoint(store, provisional, time, answers, BarAnswer.Ohlcv).AnswerAsync);
        app.MapData("/api/data/candles", new BarsEndpoint(store, provisional, time, answers, BarAnswer.Candles).AnswerAsync);
        app.MapData("/api/marketdata/stream", new StreamEndpoint(
            store, app.Services.GetRequiredService<IBarChanges>(), provisional, app.Services.GetRequiredService<StreamRoom>(), time, app.Lifetime).AnswerAsync);
        app.MapJobs(store, time);
        app.MapMarketplace();
        app.MapRounds();
        app.MapExports(store, time);
        app.MapData("/api/data/symbols", new SymbolsEndpoint(store).AnswerAsync);
        app.MapData("/api/data/coverage", new CoverageEndpoint(store, app.Services.GetRequiredService<IInstrumentBook>(), time).AnswerAsync);
        app.MapData("/api/data/coverage/days", new CoverageDaysEndpoint(store, app.Services.GetRequiredService<IInstrumentBook>(), time).AnswerAsync);
        app.MapData("/api/data/revisions", new RevisionsEndpoint(store).AnswerAsync);
        app.MapData("/udf/config", UdfConfigEndpoint.AnswerConfigAsync);
        app.MapData("/udf/time", new UdfConfigEndpoint(time).AnswerTimeAsync);
        app.MapData("/udf/symbols", new UdfSymbolEndpoint(store, app.Services.GetRequiredService<IInstrumentBook>()).AnswerAsync);
        app.MapData("/udf/search", new UdfSearchEndpoint(store, time).AnswerAsync);
        app.MapData("/udf/history", new UdfHistoryEndpoint(store, provisional, time).AnswerAsync);
        app.MapDocumentation();
        return app;
    }

    /// <summary>
    /// Does once what every vendor's first request needs, for a program to call before it listens: fifty that come back behind a start all wait for what runs for the first time. Does nothing while the marketplace is off.
    /// </summary>
    /// <exception cref="StorageException">The marketplace's store cannot be reached, or refuses.</exception>
    public static async Task WarmUpAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        if (app.Services.GetService<TokenBook>() is not { } tokens)
            return;
        _ = MarketAnswer.Render(new ValidateData(Valid: true, "", "", DeploymentId: null, [""], ExpiresAt: null));
        await tokens.WarmUpAsync(cancellationToken);
    }

    /// <summary>Maps the health endpoints alone, with the same error answers: what a process answers that only runs jobs.</summary>
    public static WebApplication MapTraderDataHealth(this WebApplication app)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("TraderData.Api");
        app.UseTrustedProxies();
        app.Use(next => new ErrorMiddleware(next, logger).InvokeAsync);
        app.UseAllowedOrigins();
        app.UseTokens();
        var parts = new PartsReport(app.Services.GetServices<IHealthPart>, time, logger);
        var health = new HealthEndpoints(app.Services.GetServices<IReadinessCheck>(), parts, time, logger);
        app.MapRead("/health", HealthEndpoints.AnswerLiveAsync);
        app.MapRead("/api/health", health.AnswerApiAsync);
        app.MapRead("/ready", health.AnswerReadyAsync);
        app.MapRead("/api/operator", OperatorEndpoint.AnswerAsync).RequireOperator();
        return app;
    }

    /// <summary>Maps the endpoints of jobs alone, for a process that only runs them: after <see cref="MapTraderDataHealth"/>.</summary>
    public static WebApplication MapTraderDataJobs(this WebApplication app)
    {
        app.MapJobs(app.Services.GetRequiredService<IBarStore>(), app.Services.GetRequiredService<TimeProvider>());
        return app;
    }

    private static void MapJobs(this WebApplication app, IBarStore store, TimeProvider time)
    {
        var control = app.Services.GetService<IJobControl>();
        var jobs = control is null ? null : new JobServices(control, app.Services.GetRequiredService<IJobHistory>(), app.Services.GetRequiredService<IBudgetStore>());
        app.MapRead("/api/jobs", new JobsEndpoint(jobs, store, time).AnswerAsync);
        app.MapRead("/api/jobs/{name}/runs", new JobRunsEndpoint(jobs).AnswerAsync);
        app.MapPost("/api/jobs/{name}/run", new JobActionEndpoint(jobs, "started", (c, name, token) => c.RunAsync(name, token)).AnswerAsync).RequireOperator();
        app.MapPost("/api/jobs/{name}/pause", new JobActionEndpoint(jobs, "paused", (c, name, token) => c.PauseAsync(name, token)).AnswerAsync).RequireOperator();
        app.MapPost("/api/jobs/{name}/resume", new JobActionEndpoint(jobs, "resumed", (c, name, token) => c.ResumeAsync(name, token)).AnswerAsync).RequireOperator();
    }

    // Where files can be kept.
    private static void MapExports(this WebApplication app, IBarStore store, TimeProvider time)
    {
        if (app.Services.GetService<ExportDesk>() is not { } desk)
            return;
        var exports = new ExportEndpoints(desk, store, time);
        app.MapData("/api/exports", exports.AnswerListAsync);
        app.MapPost("/api/exports", exports.AnswerOrderAsync).RequireOperator();
        app.MapData("/api/exports/{id}", exports.AnswerOneAsync);
        app.MapDelete("/api/exports/{id}", exports.AnswerRemoveAsync).RequireOperator();
        app.MapData("/api/exports/{id}/{file}", new ExportFileEndpoint(desk).AnswerAsync);
    }

    private static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes, string path, RequestDelegate answer) => routes.MapMethods(path, ReadMethods, answer);

    // Bars, and what is known of them.
    private static void MapData(this WebApplication app, string path, RequestDelegate answer)
    {
        var endpoint = app.MapRead(path, answer);
        if (app.Services.GetRequiredService<ApiOptions>().RequireMarketDataAuth)
            endpoint.RequireScope(Scopes.MarketDataRead);
    }

    private static void UseTokens(this WebApplication app)
    {
        var (failures, rate) = (app.Services.GetRequiredService<FailureGuard>(), app.Services.GetRequiredService<DeploymentRate>());
        var key = app.Services.GetRequiredService<ApiOptions>().OperatorKey;
        app.Use(next => new AuthMiddleware(next, app.Services.GetService<TokenBook>(), key, failures, rate).InvokeAsync);
    }

    private static void UseTrustedProxies(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<ApiOptions>().TrustedProxies;
        if (proxies.Count == 0)
            return;
        // From the nearest on, as far as they are trusted: the first that is not is the client.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            options.KnownIPNetworks.Add(proxy);
        app.UseForwardedHeaders(options);
    }

    private static void UseAllowedOrigins(this WebApplication app)
    {
        if (app.Services.GetRequiredService<ApiOptions>().CorsOrigins is { Count: > 0 } origins)
        {
            app.UseCors(policy => policy.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod()
                .WithExposedHeaders("ETag", "Retry-After", "Link", "X-Next-Cursor", "X-Resampled-From"));
        }
    }

    private static void MapDocumentation(this IEndpointRouteBuilder routes)
    {
        routes.MapLater("/openapi/{documentName}.json", later => later.MapOpenApi("/openapi/{documentName}.json"));
        routes.MapLater("/docs/{**file}", later => later.MapSwaggerUI("docs", options =>
        {
            options.DocumentTitle = HealthEndpoints.Service;
            options.SwaggerEndpoint("/openapi/v1.json", HealthEndpoints.Service);
        }));
        routes.MapConsole(context => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, HealthEndpoints.Version, static (json, version) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, value: true);
            json.WriteString("service"u8, HealthEndpoints.Service);
            json.WriteString("version"u8, version);
            json.WriteString("docs"u8, "/docs");
            json.WriteString("openapi"u8, "/openapi/v1.json");
            json.WriteEndObject();
        }));
    }

    // Made when it is first asked for: what describes the API is a good part of a start, and most processes end without having been asked.
    private static void MapLater(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Action<IEndpointRouteBuilder> map)
    {
        var made = new Lazy<RequestDelegate>(() => routes.CreateApplicationBuilder().UseRouting().UseEndpoints(map).Build());
        routes.MapMethods(pattern, ReadMethods, context =>
        {
            context.SetEndpoint(null);
            return made.Value(context);
        }).ExcludeFromDescription();
    }
}
