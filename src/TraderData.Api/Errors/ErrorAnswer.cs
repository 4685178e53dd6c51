using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>Writes <c>{success:false,error,message,details?}</c>.</summary>
internal static class ErrorAnswer
{
    public static Task WriteAsync(HttpContext context, ApiError error)
    {
        // An Allow header that routing has set stays; what a handler may have begun to say about a body does not.
        context.Response.ContentLength = null;
        var headers = context.Response.Headers;
        (headers.ETag, headers.CacheControl, headers.ContentEncoding) = (default, default, default);
        if (error.RetryAfterSeconds is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return JsonAnswer.WriteAsync(context, error.Status, error, Write);
    }

    private static void Write(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: false);
        json.WriteString("error"u8, error.Code);
        json.WriteString("message"u8, error.Message);
        if (error.Faults is { } faults)
        {
            json.WriteStartArray("details"u8);
            foreach (var (path, message) in faults)
            {
                json.WriteStartObject();
                json.WriteString("path"u8, path);
                json.WriteString("message"u8, message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else if (error.Subject is not null || error.Choices is not null)
        {
            json.WriteStartObject("details"u8);
            if (error.Subject is var (name, value))
                json.WriteString(name, value);
            if (error.Choices is var (list, values))
            {
                json.WriteStartArray(list);
                foreach (var choice in values)
                    json.WriteStringValue(choice);
                json.WriteEndArray();
            }

            if (error.Parts is { } parts)
                PartsReport.Write(json, parts);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
