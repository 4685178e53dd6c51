using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TraderData.Api;

/// <summary>Where <c>/metrics</c> is answered, and to whom.</summary>
public static class MetricsEndpoint
{
    private const string Path = "/metrics";

    /// <summary>
    /// Answers <c>/metrics</c>. With a port of its own it is answered there, to everybody, and nothing else is; without, beside the API: where market data needs a key only to programs on this
    /// machine, as metrics tell how the business goes and a vendor's key is not for that. Call it before anything else is mapped.
    /// </summary>
    /// <param name="app">The program.</param>
    /// <param name="answer">Writes the metrics.</param>
    /// <param name="port">The port of its own; null for none.</param>
    public static WebApplication MapTraderDataMetrics(this WebApplication app, RequestDelegate answer, int? port)
    {
        if (port is { } own)
        {
            app.Use((context, next) => context.Connection.LocalPort == own ? AnswerOnPortAsync(context, answer) : next(context));
            return app;
        }

        var isOpen = !app.Services.GetRequiredService<ApiOptions>().RequireMarketDataAuth;
        app.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], context =>
            isOpen || LocalOnly.IsLocal(context) ? answer(context) : ErrorAnswer.WriteAsync(context, Refusal)).ExcludeFromDescription();
        return app;
    }

    private static ApiError Refusal => new(
        StatusCodes.Status403Forbidden, ErrorCodes.LocalOnly, "metrics are for programs on the machine of the service, not through a proxy; set MetricsPort to have them on a port of their own");

    private static Task AnswerOnPortAsync(HttpContext context, RequestDelegate answer)
    {
        var isScrape = context.Request.Path == Path && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method));
        if (isScrape)
            return answer(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
