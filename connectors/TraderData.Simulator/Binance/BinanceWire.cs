using System.Globalization;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>Binance's market data endpoints: <c>/api/v3/ping</c>, <c>time</c>, <c>exchangeInfo</c> and <c>klines</c>.</summary>
internal sealed class BinanceWire(SimulatorOptions options, SimulatorStats stats, IKlineBook book)
{
    private const int DefaultLimit = 500;
    private const int MaxLimit = 1_000;
    private const string Html403 =
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">\n<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>403 ERROR</H1></BODY></HTML>";

    private static readonly string[] KlineParameters = ["symbol", "interval", "startTime", "endTime", "limit", "timeZone"];
    private static readonly string[] InfoParameters = ["symbol", "symbols", "permissions", "showPermissionSets", "symbolStatus"];

    // 1s and 1M, which Binance has too, are not served here.
    private static readonly string[] Intervals = ["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"];

    private readonly WeightMeter _meter = new(options.BinanceWeightPerMinute, options.BinanceTolerance, options.BinanceBan);

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="fault">What to answer with instead; null for the real answer.</param>
    /// <param name="lie">True to tell whether the last row is still forming, so that it can be made to look closed.</param>
    public WireAnswer Handle(HttpRequest request, Fault? fault, bool lie)
    {
        var nowMs = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var path = request.Path.Value!;
        var weight = path switch { "/api/v3/klines" => 2, "/api/v3/exchangeInfo" => 20, _ => 1 };
        stats.Count(path, weight);
        var verdict = fault?.Kind == FaultKind.Banned ? _meter.Ban(nowMs, fault.Delay) : _meter.Spend(weight, nowMs);
        var refused = verdict.RetryAfterSeconds > 0 && fault?.Kind != FaultKind.Banned;
        if (refused && verdict.BannedUntilMs is not null && verdict.BannedForMs < options.BanNotice.TotalMilliseconds)
            stats.CountStraggler();
        else if (refused && verdict.BannedUntilMs is not null)
            stats.CountAskedWhileBanned($"{TimeText.Iso(nowMs)} {request.Path}{request.QueryString}, {verdict.BannedForMs} ms behind the begin of the ban");
        else if (refused)
            stats.CountViolation();
        var answer = refused || fault?.Kind is FaultKind.TooManyRequests or FaultKind.Banned ? Refuse(verdict, fault)
            : fault is not null ? Fail(fault)
            : Route(request, path, nowMs, lie);
        var used = verdict.Used.ToString(CultureInfo.InvariantCulture);
        answer.Header("x-mbx-used-weight", used);
        answer.Header("x-mbx-used-weight-1m", used);
        return answer;
    }

    /// <summary>See <see cref="SimulatorHost.LoseBanNotice"/>.</summary>
    public void LoseBanNotice() => _meter.LoseNotice(options.Clock.GetUtcNow().ToUnixTimeMilliseconds(), options.BanNotice);

    private static WireAnswer Fail(Fault fault) => fault.Kind switch
    {
        FaultKind.RegionBlocked => BinanceError.Region(),
        FaultKind.FirewallHtml => WireAnswer.Text(403, Html403, "text/html"),
        _ => WireAnswer.Text(fault.Status, $"<html><head><title>{fault.Status}</title></head><body>nginx</body></html>", "text/html"),
    };

    private WireAnswer Refuse(WeightVerdict verdict, Fault? fault)
    {
        var answer = verdict.BannedUntilMs is { } untilMs ? BinanceError.Banned(untilMs) : BinanceError.TooMuchWeight(_meter.Limit);
        var seconds = fault?.RetryAfter ?? Math.Max(1, verdict.RetryAfterSeconds);
        answer.Header("retry-after", seconds.ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    private WireAnswer Route(HttpRequest request, string path, long nowMs, bool lie)
    {
        if (request.Method != "GET")
            return BinanceError.NotFound();
        return path switch
        {
            "/api/v3/ping" => WireAnswer.Text(200, "{}"),
            "/api/v3/time" => WireAnswer.Text(200, $"{{\"serverTime\":{nowMs}}}"),
            "/api/v3/exchangeInfo" => Unread(request.Query, InfoParameters) ?? ExchangeInfo.Write(request.Query, book, nowMs, _meter.Limit),
            "/api/v3/klines" => Klines(request.Query, nowMs, lie),
            _ => BinanceError.NotFound(),
        };
    }

    private static WireAnswer? Unread(IQueryCollection query, string[] known)
    {
        var read = query.Keys.Count(known.Contains);
        return read == query.Count ? null : BinanceError.Unread(read, query.Count);
    }

    private WireAnswer Klines(IQueryCollection query, long nowMs, bool lie)
    {
        if (TryReadQuery(query, nowMs, out var klines, out var limit) is { } error)
            return error;
        var rows = new List<ReadOnlyMemory<byte>>(limit);
        rows.AddRange(book.Read(klines).Take(limit));
        if (klines.NewestFirst)
            rows.Reverse();
        var answer = new WireAnswer();
        answer.Append("["u8);
        foreach (var row in rows)
        {
            if (answer.Rows.Count > 0)
                answer.Append(","u8);
            var start = answer.Body.WrittenCount;
            answer.Append(row.Span);
            answer.EndRow(start);
        }

        answer.Append("]"u8);
        answer.Lied = lie && rows.Count > 0 && IsForming(rows[^1].Span, nowMs);
        return answer;
    }

    private static bool IsForming(ReadOnlySpan<byte> row, long nowMs) =>
        long.Parse(row[RowFaults.FieldOf(row, 6, 0)], NumberStyles.None, CultureInfo.InvariantCulture) >= nowMs;

    private WireAnswer? TryReadQuery(IQueryCollection query, long nowMs, out KlineQuery klines, out int limit)
    {
        (klines, limit) = (default, DefaultLimit);
        if (CheckForm(query) is { } badForm)
            return badForm;
        if (TryReadNumber(query, "startTime", out var start) is { } badStart)
            return badStart;
        if (TryReadNumber(query, "endTime", out var end) is { } badEnd)
            return badEnd;
        if (TryReadNumber(query, "limit", out var wanted) is { } badLimit)
            return badLimit;
        if (wanted is 0)
            return BinanceError.InvalidData("limit");
        var (symbol, interval) = (query["symbol"].ToString(), query["interval"].ToString());
        if (!Intervals.Contains(interval))
            return BinanceError.InvalidInterval();
        if (book.Find(symbol, nowMs) is null)
            return BinanceError.InvalidSymbol();
        limit = (int)Math.Min(wanted ?? DefaultLimit, MaxLimit);
        var first = Math.Min(start ?? 0, TimeText.MaxMs);
        var behind = Math.Max(first, Math.Min(end ?? TimeText.MaxMs, TimeText.MaxMs - 1) + 1);
        klines = new KlineQuery(symbol, Timeframe.Parse(interval), new TimeRange(first, behind), start is null, nowMs);
        return null;
    }

    private static WireAnswer? CheckForm(IQueryCollection query)
    {
        if (Text(query, "symbol") is not { } symbol)
            return BinanceError.Missing("symbol");
        if (Text(query, "interval") is null)
            return BinanceError.Missing("interval");
        if (Unread(query, KlineParameters) is { } unread)
            return unread;
        if (!IsLegalSymbol(symbol))
            return BinanceError.Illegal("symbol", "^[\\w\\-._&&[^a-z]]{1,50}$");
        return Text(query, "timeZone") is null or "0" or "00:00" or "+00:00" ? null : BinanceError.InvalidData("timeZone");
    }

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static bool IsLegalSymbol(string symbol) =>
        symbol.Length <= 50 && symbol.All(c => !char.IsAsciiLetterLower(c) && (char.IsLetterOrDigit(c) || c is '-' or '.' or '_'));

    private static WireAnswer? TryReadNumber(IQueryCollection query, string name, out long? number)
    {
        number = null;
        if (Text(query, name) is not { } text)
            return null;
        if (!text.All(char.IsAsciiDigit) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return BinanceError.Illegal(name, "^[0-9]{1,20}$");
        number = value;
        return null;
    }
}
