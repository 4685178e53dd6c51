using System.Buffers;
using System.Text.Json;

namespace TraderData.Connectors.Alpaca;

/// <summary>
/// An Alpaca API key and its secret. They leave this object only as headers of a request or the first message of a stream: it has no property to log, serialise or print.
/// </summary>
public sealed class AlpacaCredentials
{
    private readonly string _key;
    private readonly string _secret;

    /// <summary>Takes both parts.</summary>
    /// <exception cref="ArgumentException">A part is empty or could not be sent as a header; the message does not show it.</exception>
    public AlpacaCredentials(string key, string secret)
    {
        (_key, _secret) = (Checked(key, "key"), Checked(secret, "secret"));
    }

    /// <summary><c>***</c></summary>
    public override string ToString() => "***";

    internal void AddTo(HttpRequestMessage request)
    {
        request.Headers.Add("APCA-API-KEY-ID", _key);
        request.Headers.Add("APCA-API-SECRET-KEY", _secret);
    }

    internal ReadOnlyMemory<byte> ToMessage()
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text);
        json.WriteStartObject();
        json.WriteString("action"u8, "auth"u8);
        json.WriteString("key"u8, _key);
        json.WriteString("secret"u8, _secret);
        json.WriteEndObject();
        json.Flush();
        return text.WrittenMemory;
    }

    private static string Checked(string value, string part) => value.Length > 0 && value.All(c => c is > ' ' and <= '~')
        ? value
        : throw new ArgumentException($"the Alpaca API {part} must be visible ASCII characters without spaces");
}
