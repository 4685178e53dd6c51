using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>Alpaca's endpoints: <c>/v2/stocks/bars</c>, <c>/v1beta3/crypto/us/bars</c>, <c>/v1/corporate-actions</c>, and <c>/v2/assets</c> of its trading API.</summary>
internal sealed class AlpacaWire(SimulatorOptions options, SimulatorStats stats, IBarBook book)
{
    private const long MinuteMs = 60_000;
    private const long SipDelayMs = 15 * MinuteMs;

    private readonly Lock _lock = new();
    private long _minute;
    private int _used;

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="fault">What to answer with instead; null for the real answer.</param>
    /// <param name="lie">True to show the minute that still forms.</param>
    public WireAnswer Handle(HttpRequest request, Fault? fault, bool lie)
    {
        var nowMs = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        stats.Count(request.Path.Value!, 1);
        var used = Spend(nowMs);
        if (used > options.AlpacaRequestsPerMinute)
            stats.CountViolation();
        if (used > options.AlpacaRequestsPerMinute || fault?.Kind is FaultKind.TooManyRequests or FaultKind.Banned)
            return AlpacaError.TooManyRequests();
        if (fault is not null)
            return Fail(fault);
        var answer = Route(request, nowMs, lie);

        // The headers are promised, and mostly absent.
        if (Noise.At(options.Seed, used) % 3 == 0)
        {
            answer.Header("X-RateLimit-Limit", options.AlpacaRequestsPerMinute.ToString(CultureInfo.InvariantCulture));
            answer.Header("X-RateLimit-Remaining", (options.AlpacaRequestsPerMinute - used).ToString(CultureInfo.InvariantCulture));
            answer.Header("X-RateLimit-Reset", (((nowMs / MinuteMs) + 1) * 60).ToString(CultureInfo.InvariantCulture));
        }

        return answer;
    }

    private int Spend(long nowMs)
    {
        lock (_lock)
        {
            if (nowMs / MinuteMs != _minute)
                (_minute, _used) = (nowMs / MinuteMs, 0);
            return ++_used;
        }
    }

    private static WireAnswer Fail(Fault fault) => fault.Kind switch
    {
        FaultKind.FirewallHtml => AlpacaError.Html(403, "Forbidden"),
        FaultKind.RegionBlocked => AlpacaError.Message(451, "unavailable for legal reasons"),
        _ => AlpacaError.Html(fault.Status, "Server Error"),
    };

    private WireAnswer Route(HttpRequest request, long nowMs, bool lie)
    {
        var isCrypto = request.Path == "/v1beta3/crypto/us/bars";
        var isList = request.Path == "/v2/assets" || request.Path == "/v1/corporate-actions";
        if (request.Method != "GET" || (!isCrypto && !isList && request.Path != "/v2/stocks/bars"))
            return AlpacaError.Message(404, "endpoint not found.");
        if (!isCrypto && options.RequireAlpacaKeys && !HasKeys(request.Headers))
            return AlpacaError.Html(401, "Authorization Required");
        if (isList)
            return request.Path == "/v2/assets" ? AlpacaAssetList.Assets() : AlpacaAssetList.NameChanges(request.Query["page_token"]);
        var query = new AlpacaQuery();
        if (query.Read(request.Query, nowMs) is { } error)
            return AlpacaError.Message(400, error);
        if (!isCrypto && query.Feed == "sip" && !options.AllowRecentSip && request.Query.ContainsKey("end") && query.LastMs > nowMs - SipDelayMs)
            return AlpacaError.RecentSip();
        return Write(query, isCrypto, nowMs, lie);
    }

    private bool HasKeys(IHeaderDictionary headers) =>
        IsRight(headers["APCA-API-KEY-ID"].ToString(), options.AlpacaKeyId) && IsRight(headers["APCA-API-SECRET-KEY"].ToString(), options.AlpacaSecret);

    private static bool IsRight(string given, string? expected) => expected is null ? given.Length > 0 : given == expected;

    private WireAnswer Write(AlpacaQuery query, bool isCrypto, long nowMs, bool lie)
    {
        var answer = new WireAnswer { ContentType = "application/json; charset=UTF-8" };
        var limit = PageLimit(query);
        string? next = null;
        answer.Append("{\"bars\":{"u8);
        foreach (var symbol in query.Symbols.SkipWhile(symbol => query.From is { } from && symbol != from.Symbol))
        {
            next = WriteSymbol(answer, Bars(query, symbol, isCrypto, nowMs, lie), limit);
            if (next is not null)
                break;
        }

        answer.Append("},\"next_page_token\":"u8);
        answer.Append(next is null ? "null}"u8 : Encoding.ASCII.GetBytes($"\"{next}\"}}"));
        return answer;
    }

    // Gives the token of the row that did not fit any more; null when all did.
    private string? WriteSymbol(WireAnswer answer, BarQuery query, int limit)
    {
        var first = true;
        string? next = null;
        foreach (var row in book.Read(query))
        {
            if (answer.Rows.Count == limit)
            {
                next = PageToken.Write(query.Symbol, query.Timeframe, row.TimeMs);
                break;
            }

            WriteRow(answer, first ? query.Symbol : null, row);
            answer.Lied |= query.Lie && row.TimeMs + query.Timeframe.DurationMs > query.NowMs;
            first = false;
        }

        answer.Append(first ? ""u8 : "]"u8);
        return next;
    }

    // A page may end before its limit although there is more: one in four does.
    private int PageLimit(AlpacaQuery query)
    {
        var chance = Noise.At(options.Seed, (query.From?.TimeMs ?? query.StartMs) + query.Limit);
        return options.ShortPages && chance % 4 == 0 ? query.Limit - (query.Limit / 4) : query.Limit;
    }

    private static BarQuery Bars(AlpacaQuery query, string symbol, bool isCrypto, long nowMs, bool lie)
    {
        var (start, last) = (query.StartMs, Math.Min(query.LastMs, nowMs));
        if (query.From is { } from && from.Symbol == symbol)
            (start, last) = query.Descending ? (start, Math.Min(last, from.TimeMs)) : (Math.Max(start, from.TimeMs), last);
        var opens = new TimeRange(start, Math.Max(start, last + 1));
        return new BarQuery(symbol, isCrypto, isCrypto ? "" : query.Feed, query.Timeframe, opens, query.Descending, nowMs, lie);
    }

    private static void WriteRow(WireAnswer answer, string? symbol, BarRow row)
    {
        if (answer.Rows.Count > 0)
            answer.Append(","u8);
        if (symbol is not null)
        {
            answer.Append("\""u8);
            answer.Append(JsonEncodedText.Encode(symbol, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            answer.Append("\":["u8);
        }

        var start = answer.Body.WrittenCount;
        answer.Append(row.Text.Span);
        answer.EndRow(start);
    }
}
