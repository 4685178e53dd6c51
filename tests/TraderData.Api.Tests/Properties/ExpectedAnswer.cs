using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TraderData.Api.Tests;

/// <summary>What the API must answer, worked out from the model's plain rows.</summary>
internal static class ExpectedAnswer
{
    private const long WeekMs = 7 * 86_400_000L;

    private static readonly long ClockMs = DateTimeOffset.Parse(ApiHost.Now, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    /// <summary>Checks one page of one symbol against the rows that it must hold.</summary>
    /// <returns>The cursor to the next page; null when this must be the last and is.</returns>
    public static string? CheckPage(RandomQuery query, ReceivedAnswer answer, int skipped, Func<string> where)
    {
        var series = query.Series!;
        var page = PageOf(query, series, skipped);
        Assert.True(answer.Headers.GetValueOrDefault("X-Resampled-From") == series.MadeOf?.Timeframe, where());
        var isLast = page.Indexes.Count == page.Left;
        if (query.Format != "json")
        {
            CheckRows(query, answer.Body, [page], where);
            Assert.True(isLast == !answer.Headers.ContainsKey("X-Next-Cursor") && isLast == !answer.Headers.ContainsKey("Link"), where());
            return answer.Headers.GetValueOrDefault("X-Next-Cursor");
        }

        var body = (ReadOnlySpan<byte>)answer.Body;
        Take(ref body, Opening(query), where);
        TakeJsonRows(ref body, query, [page], where);
        if (isLast)
        {
            Take(ref body, "]}"u8, where);
            Assert.True(body.IsEmpty, where());
            return null;
        }

        Take(ref body, "],\"next_cursor\":\""u8, where);
        Assert.True(body.Length > 2, where());
        var cursor = Encoding.ASCII.GetString(body[..^2]);
        Assert.True(cursor.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && body.EndsWith("\"}"u8), where());
        return cursor;
    }

    /// <summary>Checks an answer with several symbols.</summary>
    /// <returns>The cursor of each symbol of which more follow.</returns>
    public static Dictionary<string, string> CheckSeveral(RandomQuery query, ReceivedAnswer answer, Func<string> where)
    {
        var pages = query.Several!.Select(series => PageOf(query, series, skipped: 0)).ToList();
        var made = query.Several!.Where(s => s.MadeOf is not null).Select(s => $"{Uri.EscapeDataString(s.Symbol)}={s.MadeOf!.Timeframe}").ToList();
        Assert.True(answer.Headers.GetValueOrDefault("X-Resampled-From", "") == string.Join(", ", made), where());
        var cursors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (query.Format == "json")
        {
            var body = (ReadOnlySpan<byte>)answer.Body;
            Take(ref body, Opening(query), where);
            TakeJsonRows(ref body, query, pages, where);
            using var rest = JsonDocument.Parse("{\"data\":[" + Encoding.UTF8.GetString(body));
            if (rest.RootElement.TryGetProperty("next_cursors", out var next))
                cursors = next.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
        }
        else
        {
            CheckRows(query, answer.Body, pages, where);
            foreach (var pair in answer.Headers.GetValueOrDefault("X-Next-Cursors", "").Split(", ", StringSplitOptions.RemoveEmptyEntries))
                cursors.Add(Uri.UnescapeDataString(pair.Split('=')[0]), pair.Split('=')[1]);
        }

        Assert.True(pages.Where(p => p.Indexes.Count < p.Left).Select(p => p.Series.Symbol).Order().SequenceEqual(cursors.Keys.Order()), where());
        return cursors;
    }

    /// <summary>True when the digits before the point and those behind it of each column of all symbols are 18 at most: what a Parquet column holds.</summary>
    public static bool FitsParquet(RandomQuery query) => query.RowFields.Where(f => f is "open" or "high" or "low" or "close" or "volume" or "vwap").All(field =>
    {
        var cells = query.Several!.Select(series => PageOf(query, series, skipped: 0)).SelectMany(p => p.Indexes.Select(i => p.Rows.Cell(i, field))).OfType<string>().ToList();
        return cells.Select(c => c.Split('.')[0].TrimStart('0').Length).Append(0).Max() + cells.Select(c => c.Length - (c + ".").IndexOf('.', StringComparison.Ordinal) - 1).Append(0).Max() <= 18;
    });

    private static Page PageOf(RandomQuery query, ModelSeries series, int skipped)
    {
        var rows = query.RowsOf(series);
        var from = query.StartMs is { } start ? rows.IndexAtOrAfter(start) : 0;
        var below = Math.Max(from, query.EndMs is { } end ? rows.IndexAtOrAfter(end) : rows.Times.Count);
        var left = Math.Max(below - from - skipped, 0);
        var indexes = Enumerable.Range(0, Math.Min(query.Limit, left)).Select(i => query.NewestFirst ? below - 1 - skipped - i : from + skipped + i);
        return new Page(series, rows, [.. indexes], left);
    }

    private static byte[] Opening(RandomQuery query) => Encoding.UTF8.GetBytes(query.Kind == QueryKind.Ohlcv
        ? "{\"success\":true,\"data\":["
        : $"{{\"success\":true,\"symbol\":\"{query.Series!.Symbol}\",\"interval\":\"{query.Series.Timeframe}\",\"exchange\":\"{query.Series.Source.ToUpperInvariant()}\",\"data\":[");

    private static void TakeJsonRows(ref ReadOnlySpan<byte> body, RandomQuery query, IReadOnlyList<Page> pages, Func<string> where)
    {
        var isFirst = true;
        foreach (var page in pages)
        {
            var ready = query.Kind == QueryKind.Ohlcv ? page.Rows.OhlcvRows : page.Rows.CandleRows;
            foreach (var index in page.Indexes)
            {
                if (!isFirst)
                    Take(ref body, ","u8, where);
                isFirst = false;
                Take(ref body, query.Fields is null ? ready[index] : Encoding.UTF8.GetBytes(page.Rows.Json(index, query.Fields)), where);
            }
        }
    }

    private static void CheckRows(RandomQuery query, ReadOnlySpan<byte> body, IReadOnlyList<Page> pages, Func<string> where)
    {
        var fields = query.RowFields;
        if (query.Format == "parquet")
        {
            var expected = pages.SelectMany(page => page.Indexes.Select(i => page.Rows.Csv(i, fields)));
            Assert.True(expected.SequenceEqual(ParquetRows.Read(body.ToArray(), fields)), where());
            return;
        }

        if (query.Format == "csv")
            Take(ref body, Encoding.UTF8.GetBytes(string.Join(',', fields) + "\n"), where);
        foreach (var page in pages)
        {
            foreach (var index in page.Indexes)
                Take(ref body, Encoding.UTF8.GetBytes((query.Format == "csv" ? page.Rows.Csv(index, fields) : page.Rows.Json(index, fields)) + "\n"), where);
        }

        Assert.True(body.IsEmpty, where());
    }

    /// <summary>The whole answer of /api/data/coverage.</summary>
    public static string Coverage(RandomQuery query)
    {
        var series = query.Series!;
        var (start, end) = CoverageRange(query);
        var rows = query.RowsOf(series);
        var (from, below) = (rows.IndexAtOrAfter(start), Math.Max(rows.IndexAtOrAfter(start), rows.IndexAtOrAfter(end)));
        var text = new StringBuilder($$"""{"success":true,"data":{"symbol":"{{series.Symbol}}","timeframe":"{{series.Timeframe}}","source":"{{series.Source}}",""");
        text.Append(CultureInfo.InvariantCulture, $"\"start\":\"{ModelTime.Iso(start)}\",\"end\":\"{ModelTime.Iso(end)}\",\"rows\":{below - from},");
        if (below > from)
            text.Append(CultureInfo.InvariantCulture, $"\"first\":\"{ModelTime.Iso(rows.Times[from])}\",\"last\":\"{ModelTime.Iso(rows.Times[below - 1])}\",");
        return text.Append(new ModelGaps(series, rows, start, end, from, below).Json()).Append("}}").ToString();
    }

    private static (long Start, long End) CoverageRange(RandomQuery query)
    {
        var series = query.Series!;
        var closed = Up(series, (query.AsOfMs ?? ClockMs) - series.DurationMs + 1);
        var end = Math.Min(query.EndMs ?? (series.Times.Count > 0 ? series.Times[^1] + series.DurationMs : closed), closed);
        var start = query.StartMs ?? (series.Times.Count > 0 ? Math.Min(series.Times[0], end) : end);
        return (start, Math.Max(start, end));
    }

    /// <summary>The first time of the series' grid at or behind a time. Weeks begin on Monday; 1970 began on a Thursday.</summary>
    private static long Up(ModelSeries series, long time)
    {
        var origin = series.DurationMs % WeekMs == 0 ? -3 * 86_400_000L : 0;
        var past = (time - origin) % series.DurationMs;
        return past == 0 ? time : past < 0 ? time - past : time + series.DurationMs - past;
    }

    private sealed record Page(ModelSeries Series, ModelRows Rows, IReadOnlyList<int> Indexes, int Left);

    private static void Take(ref ReadOnlySpan<byte> body, ReadOnlySpan<byte> expected, Func<string> where)
    {
        if (!body.StartsWith(expected))
        {
            var got = Encoding.UTF8.GetString(body[..Math.Min(body.Length, expected.Length + 40)]);
            Assert.Fail($"{where()}\nexpected {Encoding.UTF8.GetString(expected)}\nbut came {got}");
        }

        body = body[expected.Length..];
    }
}
