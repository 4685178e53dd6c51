using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TraderData.Simulator;

/// <summary>Writes <c>/api/v3/exchangeInfo</c>, with the fields that it has had since 2026.</summary>
internal static class ExchangeInfo
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static WireAnswer Write(IQueryCollection query, IKlineBook book, long nowMs, int weightLimit)
    {
        if (query.ContainsKey("symbol") && query.ContainsKey("symbols"))
            return BinanceError.Conflict();
        if (!TryReadNames(query, out var names))
            return BinanceError.Illegal("symbols", "^\\[(\"[\\w\\-._&&[^a-z]]{1,50}\"(,\"[\\w\\-._&&[^a-z]]{1,50}\"){0,}){0,1}\\]$");
        var pairs = new List<ListedPair>();
        foreach (var name in names ?? [])
        {
            if (book.Find(name, nowMs) is not { } pair)
                return BinanceError.InvalidSymbol();
            pairs.Add(pair);
        }

        if (names is null)
            pairs.AddRange(book.Pairs(nowMs));
        var status = query["symbolStatus"].ToString();
        return Write(pairs.Where(pair => status.Length == 0 || status == Status(pair)), nowMs, weightLimit);
    }

    private static bool TryReadNames(IQueryCollection query, out List<string>? names)
    {
        names = query["symbol"].ToString() is { Length: > 0 } one ? [one] : null;
        if (!query.TryGetValue("symbols", out var text))
            return true;
        names = [];
        try
        {
            using var json = JsonDocument.Parse(text.ToString());
            foreach (var name in json.RootElement.EnumerateArray())
                names.Add(name.GetString() ?? "");
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static WireAnswer Write(IEnumerable<ListedPair> pairs, long nowMs, int weightLimit)
    {
        var answer = new WireAnswer();
        using var json = new Utf8JsonWriter(answer.Body, Plain);
        json.WriteStartObject();
        json.WriteString("timezone", "UTC");
        json.WriteNumber("serverTime", nowMs);
        json.WriteStartArray("rateLimits");
        WriteLimit(json, "REQUEST_WEIGHT", "MINUTE", 1, weightLimit);
        WriteLimit(json, "ORDERS", "SECOND", 10, 100);
        WriteLimit(json, "ORDERS", "DAY", 1, 200_000);
        WriteLimit(json, "RAW_REQUESTS", "MINUTE", 5, 300_000);
        json.WriteEndArray();
        json.WriteStartArray("exchangeFilters");
        json.WriteEndArray();
        json.WriteStartArray("symbols");
        foreach (var pair in pairs)
            WritePair(json, pair);
        json.WriteEndArray();
        json.WriteEndObject();
        return answer;
    }

    private static void WriteLimit(Utf8JsonWriter json, string type, string interval, int count, int limit)
    {
        json.WriteStartObject();
        json.WriteString("rateLimitType", type);
        json.WriteString("interval", interval);
        json.WriteNumber("intervalNum", count);
        json.WriteNumber("limit", limit);
        json.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter json, ListedPair pair)
    {
        json.WriteStartObject();
        json.WriteString("symbol", pair.Symbol);
        json.WriteString("status", Status(pair));
        json.WriteString("baseAsset", pair.BaseAsset);
        json.WriteNumber("baseAssetPrecision", 8);
        json.WriteString("quoteAsset", pair.QuoteAsset);
        json.WriteNumber("quotePrecision", 8);
        json.WriteNumber("quoteAssetPrecision", 8);
        json.WriteStartArray("orderTypes");
        json.WriteStringValue("LIMIT");
        json.WriteStringValue("MARKET");
        json.WriteEndArray();
        json.WriteBoolean("isSpotTradingAllowed", true);
        json.WriteStartArray("filters");
        WriteFilter(json, "PRICE_FILTER", ("minPrice", Step(pair.PriceScale)), ("maxPrice", "1000000.00000000"), ("tickSize", Step(pair.PriceScale)));
        WriteFilter(json, "LOT_SIZE", ("minQty", Step(pair.LotScale)), ("maxQty", "922337203685.00000000"), ("stepSize", Step(pair.LotScale)));
        json.WriteEndArray();
        json.WriteStartArray("permissions");
        json.WriteEndArray();
        json.WriteStartArray("permissionSets");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter json, string type, params ReadOnlySpan<(string Name, string Value)> values)
    {
        json.WriteStartObject();
        json.WriteString("filterType", type);
        foreach (var (name, value) in values)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static string Status(ListedPair pair) => pair.IsTrading ? "TRADING" : "BREAK";

    // One unit of the last digit, with the eight digits that every number of Binance has.
    private static string Step(int scale) => scale == 0 ? "1.00000000" : $"0.{new string('0', scale - 1)}1{new string('0', 8 - scale)}";
}
