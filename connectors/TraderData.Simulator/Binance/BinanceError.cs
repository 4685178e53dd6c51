using System.Text.Encodings.Web;
using System.Text.Json;

namespace TraderData.Simulator;

/// <summary>Binance's errors, in the words it uses: <c>{"code":-1121,"msg":"Invalid symbol."}</c>.</summary>
internal static class BinanceError
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static WireAnswer InvalidInterval() => Write(400, -1120, "Invalid interval.");

    public static WireAnswer InvalidSymbol() => Write(400, -1121, "Invalid symbol.");

    public static WireAnswer Missing(string parameter) =>
        Write(400, -1102, $"Mandatory parameter '{parameter}' was not sent, was empty/null, or malformed.");

    public static WireAnswer Unread(int read, int sent) =>
        Write(400, -1104, $"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent}'.");

    public static WireAnswer Illegal(string parameter, string legal) =>
        Write(400, -1100, $"Illegal characters found in parameter '{parameter}'; legal range is '{legal}'.");

    public static WireAnswer InvalidData(string parameter) => Write(400, -1130, $"Data sent for parameter '{parameter}' is not valid.");

    public static WireAnswer Conflict() => Write(400, -1128, "Combination of optional parameters invalid.");

    public static WireAnswer TooMuchWeight(int limit) => Write(
        429, -1003, $"Too much request weight used; current limit is {limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.");

    public static WireAnswer Banned(long untilMs) => Write(
        418, -1003, $"Way too much request weight used; IP banned until {untilMs}. Please use WebSocket Streams for live updates to avoid bans.");

    public static WireAnswer Region() => Write(
        451,
        0,
        "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. Please contact customer service if you believe you received this message in error.");

    public static WireAnswer NotFound() => WireAnswer.Text(404, "<html><body><h2>404 Not found</h2></body></html>", "text/html");

    private static WireAnswer Write(int status, int code, string message)
    {
        var answer = new WireAnswer { Status = status };
        using var json = new Utf8JsonWriter(answer.Body, Plain);
        json.WriteStartObject();
        json.WriteNumber("code", code);
        json.WriteString("msg", message);
        json.WriteEndObject();
        return answer;
    }
}
