using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>The query of a bars request, checked.</summary>
internal sealed partial class AlpacaQuery
{
    private const int DefaultLimit = 1_000;
    private const int MaxLimit = 10_000;

    private static readonly string[] Known =
        ["symbols", "timeframe", "start", "end", "limit", "adjustment", "asof", "feed", "currency", "page_token", "sort", "loc"];

    private static readonly string[] TimeFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    public string[] Symbols { get; private set; } = [];

    public Timeframe Timeframe { get; private set; }

    public long StartMs { get; private set; }

    /// <summary>The last opening time, inclusive.</summary>
    public long LastMs { get; private set; }

    public int Limit { get; private set; } = DefaultLimit;

    public string Feed { get; private set; } = "";

    public bool Descending { get; private set; }

    /// <summary>Where to go on; null for the first page.</summary>
    public (string Symbol, long TimeMs)? From { get; private set; }

    /// <summary>Reads a query.</summary>
    /// <returns>What is wrong with it, for a 400; null when nothing is.</returns>
    public string? Read(IQueryCollection query, long nowMs)
    {
        if (query.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } unknown)
            return $"unexpected query parameter(s): {unknown}";
        Symbols = [.. query["symbols"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Order(StringComparer.Ordinal)];
        if (Symbols.Length == 0)
            return "Invalid format for parameter symbols: query parameter 'symbols' is required";
        if (!TryReadTimeframe(query["timeframe"].ToString(), out var timeframe))
            return $"invalid timeframe: {query["timeframe"]}";
        Timeframe = timeframe;
        return ReadRange(query, nowMs) ?? ReadPage(query);
    }

    private string? ReadRange(IQueryCollection query, long nowMs)
    {
        // Without a start it is the present day.
        var (start, end) = (Timeframe.D1.Floor(nowMs), nowMs);
        if (ReadTime(query, "start", ref start) is { } badStart)
            return badStart;
        if (ReadTime(query, "end", ref end) is { } badEnd)
            return badEnd;
        (StartMs, LastMs) = (start, end);
        return end < start ? "end should not be before start" : null;
    }

    private string? ReadPage(IQueryCollection query)
    {
        if (query["limit"].ToString() is { Length: > 0 } limit)
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) || rows is < 1 or > MaxLimit)
                return $"invalid limit: {limit} is not between 1 and {MaxLimit}";
            Limit = rows;
        }

        Feed = query["feed"].ToString() is { Length: > 0 } feed ? feed : "iex";
        if (Feed is not ("iex" or "sip"))
            return $"invalid feed: {Feed}";
        if (query["adjustment"].ToString() is not ("" or "raw" or "split" or "dividend" or "all"))
            return $"invalid adjustment: {query["adjustment"]}";
        Descending = query["sort"].ToString() == "desc";
        if (query["sort"].ToString() is not ("" or "asc" or "desc"))
            return $"invalid sort: {query["sort"]}";
        if (query["page_token"].ToString() is not { Length: > 0 } token)
            return null;
        if (!PageToken.TryRead(token, out var symbol, out var timeMs) || !Symbols.Contains(symbol))
            return "invalid page token";
        From = (symbol, timeMs);
        return null;
    }

    private static string? ReadTime(IQueryCollection query, string name, ref long timeMs)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return null;
        if ((text.Length > 10 && !Zone().IsMatch(text))
            || !DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return $"Invalid format for parameter {name}: error parsing '{text}' as RFC3339 or 2006-01-02 time: parsing time \"{text}\" as \"2006-01-02\": cannot parse \"{text}\" as \"2006\"";
        }

        timeMs = time.ToUnixTimeMilliseconds();
        return null;
    }

    private static bool TryReadTimeframe(string text, out Timeframe timeframe)
    {
        timeframe = default;
        var match = TimeframeText().Match(text);
        if (!match.Success)
            return false;
        var unit = match.Groups["unit"].Value switch { "Min" or "T" => "m", "Hour" or "H" => "h", "Day" or "D" => "d", _ => "w" };
        var count = int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture);
        var most = unit switch { "m" => 59, "h" => 23, _ => 1 };
        return count <= most && Timeframe.TryParse(match.Groups["count"].Value + unit, out timeframe);
    }

    [GeneratedRegex("^(?<count>[1-9][0-9]?)(?<unit>Min|T|Hour|H|Day|D|Week|W)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TimeframeText();

    [GeneratedRegex("(Z|[+-][0-9]{2}:[0-9]{2})$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Zone();
}
