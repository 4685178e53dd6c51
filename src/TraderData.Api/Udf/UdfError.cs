using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>
/// Errors as UDF clients read them: <c>{s:"error",errmsg}</c> with status 200. The adapter looks for <c>s</c> in the body and shows <c>errmsg</c>
/// (TradingView's documentation of UDF, "Bars"); what it makes of another status is not told. A missing key and a service that fails keep theirs.
/// </summary>
internal static class UdfError
{
    public static Task WriteAsync(HttpContext context, ApiError error)
    {
        if (error.Status is StatusCodes.Status401Unauthorized or >= StatusCodes.Status500InternalServerError)
            return ErrorAnswer.WriteAsync(context, error);
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, error.Message, static (json, message) =>
        {
            json.WriteStartObject();
            json.WriteString("s"u8, "error"u8);
            json.WriteString("errmsg"u8, message);
            json.WriteEndObject();
        });
    }
}
