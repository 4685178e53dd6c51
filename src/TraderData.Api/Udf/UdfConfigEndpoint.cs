using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>Answers with what a chart library may ask for, and what time it is: <c>/udf/config</c> and <c>/udf/time</c>.</summary>
internal sealed class UdfConfigEndpoint(TimeProvider time)
{
    public const string TimeContentType = "text/plain";

    public static Task AnswerConfigAsync(HttpContext context) => JsonAnswer.WriteDataAsync(context, UdfResolution.Names, static (json, resolutions) =>
    {
        json.WriteStartObject();
        json.WriteStartArray("supported_resolutions"u8);
        foreach (var resolution in resolutions)
            json.WriteStringValue(resolution);
        json.WriteEndArray();
        json.WriteBoolean("supports_search"u8, value: true);
        json.WriteBoolean("supports_group_request"u8, value: false);
        json.WriteBoolean("supports_marks"u8, value: false);
        json.WriteBoolean("supports_timescale_marks"u8, value: false);
        json.WriteBoolean("supports_time"u8, value: true);
        json.WriteEndObject();
    });

    public async Task AnswerTimeAsync(HttpContext context)
    {
        var text = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = TimeContentType;
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
