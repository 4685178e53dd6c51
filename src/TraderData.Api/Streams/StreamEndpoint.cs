using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Sends the bars of a series as they are stored, as server-sent events (HTML Living Standard, 9.2).</summary>
internal sealed class StreamEndpoint(IBarStore store, IBarChanges changes, IProvisionalBars provisional, StreamRoom room, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string ContentType = "text/event-stream";

    private const int RetryAfterSeconds = 10;

    public async Task AnswerAsync(HttpContext context)
    {
        using var stream = await FindAsync(context);
        if (stream is null)
            return;
        if (!room.TryEnter())
        {
            await ErrorAnswer.WriteAsync(context, new ApiError(
                StatusCodes.Status503ServiceUnavailable, ErrorCodes.TooManyStreams, $"{room.Most} streams are open, and there is no room for more; close some, or try again later")
            {
                RetryAfterSeconds = RetryAfterSeconds,
            });
            return;
        }

        try
        {
            await SendAsync(context, stream);
        }
        finally
        {
            room.Leave();
        }
    }

    /// <summary>Finds what is asked for; null when an error was answered instead.</summary>
    private async Task<BarEvents?> FindAsync(HttpContext context)
    {
        if (StreamRequest.Read(context.Request, out var request) is { } error)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return null;
        }

        var token = context.RequestAborted;
        var source = await store.SourceOfAsync(request!.Symbol, token);
        if (source is null || (request.Source is not null && request.Source != source))
        {
            await ErrorAnswer.WriteAsync(context, source is null ? HeldSeries.NothingHeld(request.Symbol) : HeldSeries.OfAnotherSource(request.Symbol, source, request.Source!));
            return null;
        }

        var series = new Series(source, request.Symbol, request.Timeframe);
        if (await SeriesReader.FindAsync(store, series, token) is { } reading)
            return new BarEvents(store, changes, request.IncludeProvisional ? provisional : null, reading, request.AfterMs, time);
        await ErrorAnswer.WriteAsync(context, await HeldSeries.UnknownAsync(store, series, token));
        return null;
    }

    private async Task SendAsync(HttpContext context, BarEvents stream)
    {
        var headers = context.Response.Headers;
        context.Response.ContentType = ContentType;
        (headers.CacheControl, headers["X-Accel-Buffering"]) = ("no-store", "no");
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // A program that ends must not wait for clients who never would.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await stream.SendAsync(context.Response.BodyWriter, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client comes back by itself, with the id of the last bar it has.
        }
    }
}
