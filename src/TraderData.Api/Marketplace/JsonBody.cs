using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>Reads the JSON of a request, no more of it than may be.</summary>
internal static class JsonBody
{
    /// <summary>The largest body, in bytes: some thousand signals with what belongs to them.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly ApiError TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, ErrorCodes.BodyTooLarge, $"the body must have at most {MaxBytes} bytes; send it in several requests");

    /// <summary>Reads a body that is an object, and answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Reads its fields, then asks for their error, which is null when all are right, and answers; gives an error that is to be answered instead.</param>
    public static async Task AnswerAsync(HttpContext context, Func<Fields, Func<ApiError?>, Task<ApiError?>> answer)
    {
        var (body, error) = await ReadAsync(context);
        using (body)
        {
            if (body is not null)
            {
                var faults = new List<FieldFault>();
                error = await answer(Fields.Of(body.RootElement, "", faults), () => Fields.ErrorOf(faults));
            }
        }

        if (error is not null)
            await ErrorAnswer.WriteAsync(context, error);
    }

    /// <summary>Reads the whole body as one JSON value.</summary>
    /// <returns>The value, for the caller to dispose of, or the error.</returns>
    public static async Task<(JsonDocument? Body, ApiError? Error)> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBytes)
            return (null, TooLarge);
        using var bytes = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            var isTooLarge = bytes.Length + read.Buffer.Length > MaxBytes;
            foreach (var part in isTooLarge ? default : read.Buffer)
                bytes.Write(part.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (isTooLarge)
                return (null, TooLarge);
            if (read.IsCompleted)
                break;
        }

        try
        {
            return (JsonDocument.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)), null);
        }
        catch (JsonException e)
        {
            var message = bytes.Length == 0 ? "the body is empty; send JSON" : $"the body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            return (null, new ApiError(StatusCodes.Status400BadRequest, ErrorCodes.BadJson, message));
        }
    }
}
