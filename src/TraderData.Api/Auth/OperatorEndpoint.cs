using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>Tells whoever comes through that they may change something: how a console sees whether a key is right.</summary>
internal static class OperatorEndpoint
{
    public static Task AnswerAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, state: 0, static (json, _) =>
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WriteString("status"u8, "operator");
        json.WriteEndObject();
    });
}
