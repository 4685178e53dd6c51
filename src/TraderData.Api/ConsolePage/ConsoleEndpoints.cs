using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TraderData.Api;

/// <summary>Serves the console: the page to browsers at <c>/</c>, and what it is made of below <c>/assets</c>.</summary>
internal static class ConsoleEndpoints
{
    // Names below /assets carry a hash of what is in them: a name never means anything else.
    private const string Immutable = "public, max-age=31536000, immutable";

    // The page names the assets of its version: ask before an old one is shown.
    private const string AskAgain = "no-cache";

    // Scripts, styles, pictures and requests of this origin, none inline and nothing else; styles that the chart sets on its elements go through the object
    // model, which a policy does not govern. Downloads of exports are made of blobs, which need no directive.
    private const string Policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the console.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="index">What answers at <c>/</c> who takes no HTML.</param>
    public static void MapConsole(this IEndpointRouteBuilder routes, RequestDelegate index)
    {
        var files = ConsoleFile.ReadAll();
        var page = files["index.html"];
        routes.MapMethods("/", ReadMethods, context =>
        {
            context.Response.Headers.Vary = "Accept, Accept-Encoding";
            return TakesHtml(context.Request.Headers.Accept) ? SendAsync(context, page, AskAgain) : index(context);
        });
        routes.MapMethods("/assets/{name}", ReadMethods, context =>
        {
            if (files.TryGetValue($"assets/{context.Request.RouteValues["name"]}", out var file))
                return SendAsync(context, file, Immutable);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }).ExcludeFromDescription();
    }

    // By name: */* is what programs send that take anything, and they get JSON as ever.
    private static bool TakesHtml(StringValues accept) =>
        MediaTypeHeaderValue.TryParseList(accept, out var types)
        && types.Any(type => type.Quality is not 0 && type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static async Task SendAsync(HttpContext context, ConsoleFile file, string caching)
    {
        var coding = ContentCoding.Choose(context.Request.Headers.AcceptEncoding, file.Plain.Length >= ContentCoding.LeastBytes);
        var tag = ContentCoding.TagOf(file.Digest, coding);
        var headers = context.Response.Headers;
        (headers.ETag, headers.CacheControl) = (tag, caching);
        (headers.ContentSecurityPolicy, headers.XContentTypeOptions) = (Policy, "nosniff");
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        if (StringValues.IsNullOrEmpty(headers.Vary))
            headers.Vary = "Accept-Encoding";
        if (Conditions.IsHeld(context.Request, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var bytes = file.In(coding);
        if (coding is not null)
            headers.ContentEncoding = coding.Name;
        (context.Response.ContentType, context.Response.ContentLength) = (file.ContentType, bytes.Length);
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }
}
