using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>
/// Turns whatever goes wrong into an error answer, outermost in the pipeline. When the answer has begun the connection is broken off instead, so
/// that no client takes a part for the whole.
/// </summary>
internal sealed class ErrorMiddleware(RequestDelegate next, ILogger logger)
{
    // A store that cannot be reached comes back by a restart or a fail-over, which take seconds.
    private const int RetryAfterSeconds = 5;

    // A series, a time and two values fit; a row that was dumped into the message does not.
    private const int MaxFaultLength = 300;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody reads an answer.
            return;
        }
        catch (Exception e)
        {
            await AnswerFaultAsync(context, e);
            return;
        }

        if (!context.Response.HasStarted && context.Response.ContentType is null && BareStatus(context) is { } error)
            await ErrorAnswer.WriteAsync(context, error);
    }

    private static ApiError? BareStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new ApiError(
            StatusCodes.Status404NotFound,
            ErrorCodes.NotFound,
            $"there is nothing at '{ApiError.Shown(context.Request.Path.Value ?? "")}'; /openapi/v1.json lists what there is, /docs shows it"),
        StatusCodes.Status405MethodNotAllowed => new ApiError(
            StatusCodes.Status405MethodNotAllowed,
            ErrorCodes.MethodNotAllowed,
            $"'{ApiError.Shown(context.Request.Method)}' is not allowed here; use {context.Response.Headers.Allow}"),
        _ => null,
    };

    private async Task AnswerFaultAsync(HttpContext context, Exception cause)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value ?? "");
        if (context.Response.HasStarted)
        {
            logger.AnswerBrokenOff(method, path, cause);
            context.Abort();
        }
        else if (cause is StorageException { IsTransient: true })
        {
            logger.StoreUnavailable(method, path, cause.Message);
            await ErrorAnswer.WriteAsync(context, new ApiError(
                StatusCodes.Status503ServiceUnavailable, ErrorCodes.StoreUnavailable, "the store cannot be reached at the moment; try again in some seconds")
            {
                RetryAfterSeconds = RetryAfterSeconds,
            });
        }
        else if (cause is BadHttpRequestException bad)
        {
            await ErrorAnswer.WriteAsync(context, new ApiError(bad.StatusCode, ErrorCodes.BadRequest, $"the request cannot be read: {ApiError.Shown(bad.Message, MaxFaultLength)}"));
        }
        else if (cause is BadDataException)
        {
            logger.RequestFailed(method, path, cause);
            await ErrorAnswer.WriteAsync(context, new ApiError(
                StatusCodes.Status500InternalServerError, ErrorCodes.DataFault, $"what is held cannot be given: {ApiError.Shown(cause.Message, MaxFaultLength)}"));
        }
        else
        {
            logger.RequestFailed(method, path, cause);
            await ErrorAnswer.WriteAsync(context, new ApiError(
                StatusCodes.Status500InternalServerError, ErrorCodes.Internal, "the server failed to answer; its log says why"));
        }
    }
}
