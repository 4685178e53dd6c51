using System.Globalization;
using System.Text;

namespace TraderData.Api.Tests;

/// <summary>What the API must answer, worked out from the model's plain rows.</summary>
internal static class ExpectedAnswer
{
    private const long WeekMs = 7 * 86_400_000L;

    private static readonly long ClockMs = DateTimeOffset.Parse(ApiHost.Now, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    /// <summary>The indexes of the rows a query matches, all pages together: from, below, and whether the last comes first.</summary>
    public static (int From, int Below) Matches(RandomQuery query)
    {
        var from = query.StartMs is { } start ? query.Series!.IndexAtOrAfter(start) : 0;
        var below = query.EndMs is { } end ? query.Series!.IndexAtOrAfter(end) : query.Series!.Times.Count;
        return (from, Math.Max(from, below));
    }

    /// <summary>Checks one page against the rows that it must hold.</summary>
    /// <returns>The cursor to the next page; null when this must be the last and is.</returns>
    public static string? CheckPage(RandomQuery query, ReadOnlySpan<byte> body, int skipped, int limit, Func<string> where)
    {
        var series = query.Series!;
        var (from, below) = Matches(query);
        var left = below - from - skipped;
        var count = Math.Min(limit, left);
        var rows = query.Kind == QueryKind.Ohlcv ? series.OhlcvRows : series.CandleRows;
        Take(ref body, query.Kind == QueryKind.Ohlcv
            ? "{\"success\":true,\"data\":["u8
            : Encoding.UTF8.GetBytes($"{{\"success\":true,\"symbol\":\"{series.Symbol}\",\"interval\":\"{series.Timeframe}\",\"exchange\":\"{series.Source.ToUpperInvariant()}\",\"data\":["), where);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                Take(ref body, ","u8, where);
            Take(ref body, rows[query.NewestFirst ? below - 1 - skipped - i : from + skipped + i], where);
        }

        if (count == left)
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

    /// <summary>The whole answer of /api/data/coverage.</summary>
    public static string Coverage(RandomQuery query)
    {
        var series = query.Series!;
        var (start, end) = CoverageRange(query);
        var (from, below) = (series.IndexAtOrAfter(start), Math.Max(series.IndexAtOrAfter(start), series.IndexAtOrAfter(end)));
        var gaps = Gaps(series, start, end, from, below);
        var text = new StringBuilder($$"""{"success":true,"data":{"symbol":"{{series.Symbol}}","timeframe":"{{series.Timeframe}}","source":"{{series.Source}}",""");
        text.Append(CultureInfo.InvariantCulture, $"\"start\":\"{ModelTime.Iso(start)}\",\"end\":\"{ModelTime.Iso(end)}\",\"rows\":{below - from},");
        if (below > from)
            text.Append(CultureInfo.InvariantCulture, $"\"first\":\"{ModelTime.Iso(series.Times[from])}\",\"last\":\"{ModelTime.Iso(series.Times[below - 1])}\",");
        text.Append(CultureInfo.InvariantCulture, $"\"missing_bars\":{gaps.Sum(g => g.Bars)},\"gap_count\":{gaps.Count},\"gaps\":[");
        text.AppendJoin(',', gaps.Select(g =>
        {
            var asked = series.Fetched is { } fetched && fetched.StartMs <= g.Start && fetched.EndMs >= g.End;
            return $$"""{"start":"{{ModelTime.Iso(g.Start)}}","end":"{{ModelTime.Iso(g.End)}}","bars":{{g.Bars.ToString(CultureInfo.InvariantCulture)}},"asked":{{(asked ? "true" : "false")}}}""";
        }));
        return text.Append("]}}").ToString();
    }

    private static (long Start, long End) CoverageRange(RandomQuery query)
    {
        var series = query.Series!;
        var closed = Up(series, ClockMs - series.DurationMs + 1);
        var end = Math.Min(query.EndMs ?? (series.Times.Count > 0 ? series.Times[^1] + series.DurationMs : closed), closed);
        var start = query.StartMs ?? (series.Times.Count > 0 ? Math.Min(series.Times[0], end) : end);
        return (start, Math.Max(start, end));
    }

    private static List<(long Start, long End, long Bars)> Gaps(ModelSeries series, long start, long end, int from, int below)
    {
        var gaps = new List<(long Start, long End, long Bars)>();
        if (series.IsStock)
        {
            // Stocks have a bar only where there was a trade: what was asked for is not missing, whatever is held.
            var (askedFrom, askedTo) = series.Fetched is { } fetched ? (Math.Clamp(fetched.StartMs, start, end), Math.Clamp(fetched.EndMs, start, end)) : (end, end);
            Add(start, askedFrom);
            Add(askedTo, end);
            return gaps;
        }

        var next = Up(series, start);
        for (var i = from; i < below; i++)
        {
            Add(next, series.Times[i]);
            next = series.Times[i] + series.DurationMs;
        }

        Add(next, end);
        return gaps;

        void Add(long gapStart, long gapEnd)
        {
            var bars = gapEnd > gapStart ? (Up(series, gapEnd) - Up(series, gapStart)) / series.DurationMs : 0;
            if (bars > 0)
                gaps.Add((gapStart, gapEnd, bars));
        }
    }

    /// <summary>The first time of the series' grid at or behind a time. Weeks begin on Monday; 1970 began on a Thursday.</summary>
    private static long Up(ModelSeries series, long time)
    {
        var origin = series.DurationMs % WeekMs == 0 ? -3 * 86_400_000L : 0;
        var past = (time - origin) % series.DurationMs;
        return past == 0 ? time : past < 0 ? time - past : time + series.DurationMs - past;
    }

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
