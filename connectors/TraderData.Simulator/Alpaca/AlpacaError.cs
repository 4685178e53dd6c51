using System.Text.Encodings.Web;
using System.Text.Json;

namespace TraderData.Simulator;

/// <summary>Alpaca's errors, in the words it uses.</summary>
internal static class AlpacaError
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static WireAnswer Message(int status, string message)
    {
        var answer = new WireAnswer { Status = status, ContentType = "application/json; charset=UTF-8" };
        using var json = new Utf8JsonWriter(answer.Body, Plain);
        json.WriteStartObject();
        json.WriteString("message", message);
        json.WriteEndObject();
        return answer;
    }

    public static WireAnswer RecentSip() => Message(403, "subscription does not permit querying recent SIP data");

    // The blank behind the colon is Alpaca's, and neither Retry-After nor X-RateLimit headers come with it.
    public static WireAnswer TooManyRequests() => WireAnswer.Text(429, "{\"message\": \"too many requests.\"}", "application/json");

    public static WireAnswer Html(int status, string title) => WireAnswer.Text(
        status,
        $"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
        "text/html");
}
