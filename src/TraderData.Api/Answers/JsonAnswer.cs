using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>Writes an answer that is small, whole and with its length.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json";

    // Enough to tell the versions of one answer apart.
    private const int TagBytes = 8;

    // The answers are JSON and say so; the strict encoder would turn every quote in a message into \u0027.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends what a callback writes. Nothing is sent when the callback throws.</summary>
    public static async Task WriteAsync<T>(HttpContext context, int status, T state, Action<Utf8JsonWriter, T> write)
    {
        var bytes = Render(state, write);
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Sends data that changes with the store: with an ETag of its content, compressed when that is worth it, to be asked for again by whoever keeps it.</summary>
    public static async Task WriteDataAsync<T>(HttpContext context, T state, Action<Utf8JsonWriter, T> write)
    {
        var bytes = Render(state, write);
        var coding = ContentCoding.Choose(context.Request.Headers.AcceptEncoding, bytes.Length >= ContentCoding.LeastBytes);
        var tag = ContentCoding.TagOf(Convert.ToHexStringLower(SHA256.HashData(bytes.Span).AsSpan(0, TagBytes)), coding);
        var headers = context.Response.Headers;
        (headers.ETag, headers.CacheControl, headers.Vary) = (tag, "no-cache", "Accept-Encoding");
        if (Conditions.IsHeld(context.Request, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        using var body = new AnswerBody(context, ContentType, coding);
        await body.FinishAsync(bytes, context.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Render<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Options))
            write(json, state);
        return bytes.WrittenMemory;
    }
}
