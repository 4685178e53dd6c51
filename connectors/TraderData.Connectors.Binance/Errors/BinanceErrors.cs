using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;

namespace TraderData.Connectors.Binance;

/// <summary>What Binance's statuses and codes mean: errors.md of its API documents, and answers seen. The texts decide nothing; they change.</summary>
internal static class BinanceErrors
{
    // "IP banned until 1702275878212": Unix milliseconds have 13 digits from 2001 to 2286.
    private const int EpochMsDigits = 13;

    // Bans are documented to last 3 days at most; a number that is further away is something else.
    private static readonly TimeSpan LongestBan = TimeSpan.FromDays(4);

    /// <summary>The exception for an answer that is not a success.</summary>
    public static SourceException ToException(SourceRefusal refusal, DateTimeOffset now)
    {
        var kind = KindOf(refusal.Status, CodeOf(refusal.Body));
        var retryAfter = kind == SourceErrorKind.Banned ? BanOf(refusal, now) : refusal.RetryAfter;
        return new SourceException(kind, $"{refusal}{AdviceFor(kind)}", retryAfter);
    }

    private static SourceErrorKind KindOf(HttpStatusCode status, int? code) => (int)status switch
    {
        418 => SourceErrorKind.Banned,
        429 => SourceErrorKind.RateLimited,
        451 => SourceErrorKind.RegionBlocked,
        403 => SourceErrorKind.Forbidden,
        >= 500 => SourceErrorKind.Unavailable,
        _ => code switch
        {
            -1121 => SourceErrorKind.UnknownSymbol,
            -1120 => SourceErrorKind.UnknownTimeframe,
            -1003 or -1015 => SourceErrorKind.RateLimited,
            // Unknown error, disconnected, unexpected response, timeout, overloaded, shutting down.
            -1000 or -1001 or -1006 or -1007 or -1008 or -1016 => SourceErrorKind.Unavailable,
            -1002 or -2014 or -2015 => SourceErrorKind.Unauthorized,
            // Illegal characters; too many, missing, unread, empty, needless, malformed parameters; a bad combination; bad data.
            >= -1106 and <= -1100 or -1128 or -1130 => SourceErrorKind.BadRequest,
            _ => SourceErrorKind.Unknown,
        },
    };

    private static string AdviceFor(SourceErrorKind kind) => kind switch
    {
        SourceErrorKind.RegionBlocked => " (Binance does not serve this region; data-api.binance.vision may, or a proxy: set the base URL)",
        SourceErrorKind.Forbidden => " (a firewall in front of Binance refuses this address)",
        _ => "",
    };

    private static TimeSpan? BanOf(SourceRefusal refusal, DateTimeOffset now)
    {
        var told = EpochIn(refusal.Body) is { } until && until > now && until - now <= LongestBan ? until - now : (TimeSpan?)null;
        return told > refusal.RetryAfter || refusal.RetryAfter is null ? told : refusal.RetryAfter;
    }

    private static DateTimeOffset? EpochIn(string text)
    {
        var digits = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                digits++;
                continue;
            }

            if (digits == EpochMsDigits && Utf8Parser.TryParse(Encoding.ASCII.GetBytes(text, i - digits, digits), out long epochMs, out _))
                return DateTimeOffset.FromUnixTimeMilliseconds(epochMs);
            digits = 0;
        }

        return null;
    }

    // {"code":-1121,"msg":"Invalid symbol."}; null for what is no such object: pages of firewalls and load balancers.
    private static int? CodeOf(string body)
    {
        try
        {
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(body));
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isCode = json.ValueTextEquals("code"u8);
                json.Read();
                if (isCode)
                    return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var code) ? code : null;
                json.Skip();
            }

            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
