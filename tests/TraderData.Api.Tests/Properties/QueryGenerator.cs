using System.Globalization;

namespace TraderData.Api.Tests;

/// <summary>Makes random queries: every parameter present, absent, at its bounds and wrong.</summary>
internal sealed class QueryGenerator(ModelMarket market, Random random)
{
    private static readonly string[] BadSymbols = ["", "btcusdt", "BtcUSDT", " BTCUSDT", "BTC USDT", "-BTC", "BTC\0", "BTC\"", "<b>", "💰", new('A', 41), string.Concat(Enumerable.Repeat("💰", 31)), "BTC%", "../X", "BTC\nUSDT"];
    private static readonly string[] BadTimeframes = ["", "1H", "60", "0m", "01h", "1mo", "99999w", "1x", " 1h", "h", "-1h", "１h", "1h\0", "60m", "7d", "24h", "1m1m", "367d", "10001m"];
    private static readonly string[] BadTimes =
        ["", "yesterday", "1706734800", "2024-13-01", "2024-02-30", "2024-01-01T25:00:00Z", "2024-01-01T00:00:00.0001Z", "99999999999999999999", "-99999999999999", "2024-01-01T00:00:00 02:00", "NaN", "２０２４-01-01"];

    private static readonly string[] BadLimits = ["", "0", "-1", "50001", "1e3", "1.0", "0x10", "99999999999999999999", " 1", "+5", "1,000", "１０", "2147483648"];
    private static readonly string[] BadOrders = ["", "DESC", "newest", "asc ", "desc,asc"];
    private static readonly string[] BadCursors = ["", "abc", "AAAAAAAAAAAAAAAAAAAAAAAA", "AQAAAYzC5gAAAAAAAAAAAAAA", "////////////////////////", "=======================A", "💰", new('A', 200)];
    private static readonly string[] Strangers = ["asof", "formats", "Symbol", "SYMBOL", "", "limits", "timeframe", "page", "source", "💰", "symbol ", "start[]"];
    private static readonly string[] BrokenEncodings = ["&symbol=%", "&start=%1", "&limit=%G1", "&tf=%C3%28", "&%FF=1", "&end=%ED%A0%80", "&cursor=%F8%88%80%80%80", "&x=%C0%80"];
    private static readonly string[] BadAsOfs = ["2024-03-01T12:34:57Z", "9999-12-31", "2024-03-01T12:34:56.001Z"];
    private static readonly string[] BadFields = ["", "open,", "Open", "open,close,open", "timestamp,bar_ts", "open, close", "*", "💰"];
    private static readonly string[] BadFormats = ["", "JSON", "xml", "csv,json", "text/csv"];
    private static readonly string[] BadAccepts = ["text/html", "image/*;q=0.3", "text/csv;q=0, image/png"];
    private static readonly string[] Timeframes =
        ["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w", "2m", "7m", "10m", "45m", "2h", "3h", "12h", "13h", "2d", "3d", "2w", "90d", "52w", "366d"];

    private static readonly Dictionary<string, string[]> Accepts = new(StringComparer.Ordinal)
    {
        ["json"] = ["*/*", "application/json", "text/html, */*;q=0.1", "application/json;q=0.9, text/csv;q=0.8"],
        ["csv"] = ["text/csv", "text/*", "text/csv, application/json;q=0.5", "*/*;q=0.1, text/csv"],
        ["ndjson"] = ["application/x-ndjson", "application/x-ndjson;q=0.2, image/*", "application/*, application/json;q=0"],
        ["parquet"] = ["application/vnd.apache.parquet", "application/vnd.apache.parquet, */*;q=0.5"],
    };

    private static readonly string[] UnknownSymbols = ["NOTHELD", "BTC", "BTC/USDT", "币", "A"];

    public RandomQuery Next()
    {
        var kind = random.Next(10) switch { < 5 => QueryKind.Ohlcv, < 9 => QueryKind.Candles, _ => QueryKind.Coverage };
        var query = new RandomQuery { Kind = kind };
        var wrong = random.Next(8) == 0 ? 1 << random.Next(15) : 0;
        if (random.Next(60) == 0)
            wrong |= 1 << random.Next(15);
        AddSeries(query, wrong);
        AddRange(query, wrong);
        AddOrder(query, wrong);
        AddLimit(query, wrong);
        AddAsOf(query, wrong);
        AddForm(query, wrong);
        AddStrangers(query, wrong);
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(query.Parameters));
        return query;
    }

    private string Any(string[] texts) => texts[random.Next(texts.Length)];

    private void AddSeries(RandomQuery query, int wrong)
    {
        var series = market.Series[random.Next(market.Series.Count)];
        var (symbol, timeframe) = ((string?)series.Symbol, (string?)series.Timeframe);
        if (random.Next(30) == 0)
            symbol = Any(UnknownSymbols);
        if (random.Next(6) == 0)
            timeframe = Any(Timeframes);
        var completeOnly = query.Kind != QueryKind.Coverage && random.Next(4) == 0;
        query.Series = market.Find(symbol, timeframe, completeOnly);
        if (query.Series is { MadeOf: not null } && (!series.Shape.CanBeSummed || query.Kind == QueryKind.Coverage))
            (query.Series, timeframe) = (series, series.Timeframe);
        if (query.Kind == QueryKind.Ohlcv && query.Series is not null && (wrong & 3) == 0 && random.Next(8) == 0)
        {
            AddSeveral(query, completeOnly);
            return;
        }

        AddComplete(query, completeOnly, wrong);
        if ((wrong & 1) != 0)
            symbol = Spoil(query, BadSymbols, "BAD_SYMBOL");
        if ((wrong & 2) != 0)
            timeframe = Spoil(query, BadTimeframes, "BAD_TIMEFRAME");
        if (symbol is not null)
            query.Parameters.Add(("symbol", symbol));
        if (timeframe is not null)
            query.Parameters.Add((query.TimeframeName, timeframe));
    }

    private void AddSeveral(RandomQuery query, bool completeOnly)
    {
        var timeframe = query.Series!.Timeframe;
        var others = market.Series.Select(s => s.Symbol).Where(s => s != query.Series.Symbol).Distinct()
            .Select(s => market.Find(s, timeframe, completeOnly)).OfType<ModelSeries>().Where(s => s.MadeOf is null || s.Shape.CanBeSummed).ToArray();
        random.Shuffle(others);
        query.Several = [query.Series, .. others.Take(random.Next(4))];
        query.Parameters.Add(("symbols", string.Join(',', query.Several.Select(s => s.Symbol))));
        query.Parameters.Add((query.TimeframeName, timeframe));
        AddComplete(query, completeOnly, wrong: 0);
    }

    private void AddComplete(RandomQuery query, bool completeOnly, int wrong)
    {
        if (query.Kind == QueryKind.Coverage)
            return;
        if ((wrong & 1024) != 0)
        {
            query.Mistakes.Add("BAD_COMPLETE");
            query.Parameters.Add(("complete", Any(["", "1", "yes", "TRUE"])));
        }
        else if (completeOnly || random.Next(20) == 0)
        {
            query.Parameters.Add(("complete", completeOnly ? "true" : "false"));
        }
    }

    private void AddAsOf(RandomQuery query, int wrong)
    {
        if ((wrong & 2048) != 0)
        {
            var isTime = random.Next(3) > 0;
            query.Mistakes.Add(isTime ? "BAD_AS_OF" : "BAD_TIME");
            query.Parameters.Add(("as_of", Any(isTime ? BadAsOfs : BadTimes)));
        }
        else if (random.Next(5) == 0)
        {
            var (time, version) = random.Next(6) switch
            {
                0 => (ModelMarket.WrittenMs - 1, 0),
                1 => (ModelMarket.WrittenMs, 1),
                2 or 3 => (random.NextInt64(ModelMarket.WrittenMs, ModelMarket.RestatedMs), 1),
                4 => (ModelMarket.RestatedMs, 2),
                _ => (Sample.Ms(ApiHost.Now), 2),
            };
            (query.AsOfMs, query.Version) = (time, version);
            query.Parameters.Add(("as_of", Text(time)));
        }
    }

    private void AddForm(RandomQuery query, int wrong)
    {
        if (query.Kind == QueryKind.Coverage)
            return;
        AddFormat(query, wrong);
        if ((wrong & 4096) != 0)
        {
            query.Mistakes.Add("BAD_FIELDS");
            query.Parameters.Add(("fields", Any(BadFields)));
        }
        else if (random.Next(6) == 0)
        {
            var fields = (query.Kind == QueryKind.Ohlcv ? BarAnswer.Ohlcv : BarAnswer.Candles).KnownFields.Select(f => f.Name).ToArray();
            random.Shuffle(fields);
            query.Fields = fields[..random.Next(1, fields.Length + 1)];
            query.Parameters.Add(("fields", string.Join(',', query.Fields)));
        }
    }

    private void AddFormat(RandomQuery query, int wrong)
    {
        query.Format = random.Next(8) switch { 0 => "csv", 1 => "ndjson", 2 => "parquet", _ => "json" };
        if ((wrong & 8192) != 0)
        {
            query.Mistakes.Add("BAD_FORMAT");
            query.Parameters.Add(("format", Any(BadFormats)));
        }
        else if ((wrong & 16384) != 0)
        {
            query.Mistakes.Add("NOT_ACCEPTABLE");
            query.Accept = Any(BadAccepts);
        }
        else if (random.Next(2) == 0 || query.Format == "json")
        {
            query.Accept = query.Format != "json" || random.Next(3) == 0 ? Any(Accepts[query.Format]) : null;
        }
        else
        {
            query.Parameters.Add(("format", query.Format));
        }
    }

    private string? Spoil(RandomQuery query, string[] bad, string code)
    {
        var isMissing = random.Next(4) == 0;
        query.Mistakes.Add(isMissing ? "MISSING_PARAMETER" : code);
        return isMissing ? null : Any(bad);
    }

    private void AddRange(RandomQuery query, int wrong)
    {
        // Without bounds an answer of candles has every row: that is asked now and then, and otherwise a part.
        long? start = random.Next(5) < (query.Kind == QueryKind.Ohlcv ? 2 : 4) ? RandomTime(query.Series) : null;
        long? end = random.Next(5) < 2 ? RandomTime(query.Series) : null;
        if (start is { } from && query.Kind != QueryKind.Ohlcv && end is null && random.Next(4) > 0)
            end = Math.Min(from + (random.NextInt64(1, 300) * (query.Series?.DurationMs ?? 60_000)), 253_402_214_400_000);
        if (start > end)
            (start, end) = (end, start);
        if (start == end && start is not null)
            end++;
        if ((wrong & 4) != 0)
        {
            (start, end) = (RandomTime(query.Series), RandomTime(query.Series));
            if (start < end)
                (start, end) = (end, start);
            query.Mistakes.Add("BAD_RANGE");
        }

        (query.StartMs, query.EndMs) = (start, end);
        AddTime(query, "start", start, (wrong & 8) != 0);
        AddTime(query, "end", end, (wrong & 16) != 0);
    }

    private void AddTime(RandomQuery query, string name, long? timeMs, bool isWrong)
    {
        if (isWrong)
        {
            query.Mistakes.Add("BAD_TIME");
            query.Parameters.Add((name, Any(BadTimes)));
        }
        else if (timeMs is { } time)
        {
            query.Parameters.Add((name, Text(time)));
        }
    }

    private long RandomTime(ModelSeries? series)
    {
        if (series is not { Times.Count: > 0 } || random.Next(20) == 0)
            return random.Next(4) switch { 0 => 0, 1 => -62_135_596_800_000, 2 => 253_402_214_399_999, _ => random.NextInt64(1_600_000_000_000, 1_750_000_000_000) };
        var at = series.Times[random.Next(series.Times.Count)];
        return random.Next(6) switch
        {
            0 => at + 1,
            1 => at - 1,
            2 => at + series.DurationMs,
            3 => at + random.NextInt64(series.DurationMs),
            4 => random.Next(2) == 0 ? series.Times[0] : series.Times[^1],
            _ => at,
        };
    }

    private string Text(long timeMs)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        if (timeMs % 86_400_000 == 0 && random.Next(2) == 0)
            return time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        // Eleven digits are the fewest that are taken for milliseconds.
        if (Math.Abs(timeMs) >= 10_000_000_000 && random.Next(3) == 0)
            return timeMs.ToString(CultureInfo.InvariantCulture);
        if (time.Year is > 1 and < 9999 && random.Next(4) == 0)
            return time.ToOffset(TimeSpan.FromMinutes(random.Next(-11, 12) * 30)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        return random.Next(3) switch
        {
            0 => ModelTime.Iso(timeMs),
            1 => time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
            _ => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture),
        };
    }

    private void AddOrder(RandomQuery query, int wrong)
    {
        query.NewestFirst = query.Kind == QueryKind.Ohlcv;
        if (query.Kind != QueryKind.Ohlcv)
            return;
        if ((wrong & 32) != 0)
        {
            query.Mistakes.Add("BAD_ORDER");
            query.Parameters.Add(("order", Any(BadOrders)));
        }
        else if (random.Next(2) == 0)
        {
            query.NewestFirst = random.Next(2) == 0;
            query.Parameters.Add(("order", query.NewestFirst ? "desc" : "asc"));
        }
    }

    private void AddLimit(RandomQuery query, int wrong)
    {
        query.Limit = query.Kind == QueryKind.Ohlcv ? 100 : 50_000;
        if (query.Kind == QueryKind.Coverage)
            return;
        if ((wrong & 64) != 0)
        {
            query.Mistakes.Add("BAD_LIMIT");
            query.Parameters.Add(("limit", Any(BadLimits)));
        }
        else if (random.Next(3) > 0)
        {
            query.Limit = query.Several is not null ? random.Next(1, 60) : random.Next(40) switch { 0 => 50_000, 1 => 1, < 6 => random.Next(1, 3_000), _ => random.Next(1, 60) };
            query.Parameters.Add(("limit", query.Limit.ToString(random.Next(20) == 0 ? "D7" : "D", CultureInfo.InvariantCulture)));
        }
    }

    private void AddStrangers(RandomQuery query, int wrong)
    {
        if ((wrong & 128) != 0)
        {
            var name = random.Next(4) == 0 ? (query.Kind == QueryKind.Candles ? "order" : "interval") : Any(Strangers);
            query.Mistakes.Add("UNKNOWN_PARAMETER");
            query.Parameters.Add((name, "1"));
        }

        if ((wrong & 256) != 0 && query.Parameters.Count > 0)
        {
            query.Mistakes.Add("REPEATED_PARAMETER");
            query.Parameters.Add(query.Parameters[random.Next(query.Parameters.Count)]);
        }

        if ((wrong & 512) != 0)
            AddBrokenText(query);
    }

    private void AddBrokenText(RandomQuery query)
    {
        switch (random.Next(3))
        {
            case 0:
                query.Mistakes.Add("BAD_ENCODING");
                query.Mistakes.Add("REPEATED_PARAMETER");
                query.RawTail = Any(BrokenEncodings);
                break;
            case 1 when query.Kind != QueryKind.Coverage && query.Several is null:
                query.Mistakes.Add("BAD_CURSOR");
                query.Parameters.Add(("cursor", Any(BadCursors)));
                break;
            default:
                query.Mistakes.Add("QUERY_TOO_LONG");
                query.RawTail = "&symbol=" + new string('X', 2_100);
                break;
        }
    }
}
