using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>What of a series is absent and why: runs of slots between held bars, session by session. All of it was asked once or twice, or never.</summary>
internal sealed class ModelGaps
{
    private const long DayMs = 86_400_000;
    private const long WeekMs = 7 * DayMs;

    private readonly ModelSeries _series;
    private readonly long _end;
    private readonly List<(long Start, long End, long Bars, string Cause)> _gaps = [];
    private readonly Dictionary<string, long> _bars = new(StringComparer.Ordinal);
    private bool _joins;

    public ModelGaps(ModelSeries series, ModelRows rows, long start, long end, int from, int below)
    {
        (_series, _end) = (series, end);
        var held = rows.Times.Skip(from).Take(below - from).Select(t => ModelBuckets.Down(t, series.DurationMs)).Distinct().ToList();
        var (first, last) = (SlotAtOrBehind(start), SlotAtOrBehind(end));
        foreach (var (open, close) in Sessions(first, last))
        {
            var next = open;
            for (var i = IndexAtOrBehind(held, open); i < held.Count && held[i] < close; next = held[i++] + series.DurationMs)
                Add(next, held[i], isBroken: true);
            Add(next, close, isBroken: false);
            _joins &= !held.Contains(close) && IndexAtOrBehind(held, close) == IndexAtOrBehind(held, NextOpen(close, last));
        }

        _bars["session_closed"] = Math.Max(0, (last - first) / series.DurationMs) - _bars.Values.Sum() - held.Count(h => h >= first && h < last);
    }

    public string Json()
    {
        long Bars(string cause) => _bars.GetValueOrDefault(cause);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\"missing_bars\":{Bars("pending") + Bars("source_missing")},\"causes\":{{\"fetch_failed\":0,\"pending\":{Bars("pending")},");
        text.Append(CultureInfo.InvariantCulture, $"\"source_missing\":{Bars("source_missing")},\"no_trade\":{Bars("no_trade")},\"halted\":0,\"not_listed\":{Bars("not_listed")},\"session_closed\":{Bars("session_closed")}}},");
        text.Append(CultureInfo.InvariantCulture, $"\"gap_count\":{_gaps.Count},\"gaps\":[");
        text.AppendJoin(',', _gaps.Take(CoverageScan.MaxGaps).Select(g => string.Create(
            CultureInfo.InvariantCulture, $$"""{"start":"{{ModelTime.Iso(g.Start)}}","end":"{{ModelTime.Iso(g.End)}}","bars":{{g.Bars}},"cause":"{{g.Cause}}"}""")));
        return text.Append("],\"failures\":[]").ToString();
    }

    private bool IsDaily => _series.IsStock && _series.DurationMs >= DayMs;

    // Expected slots: the whole range, or those that a session overlaps.
    private IEnumerable<(long Open, long Close)> Sessions(long first, long last)
    {
        if (!_series.IsStock)
            return first < last ? [(first, last)] : [];
        return NyseCalendar.Instance.Sessions(new TimeRange(first, Math.Max(first, last)))
            .Select(s => (Math.Max(first, ModelBuckets.Down(s.StartMs, _series.DurationMs)), Math.Min(last, ModelBuckets.Down(s.EndMs - 1, _series.DurationMs) + _series.DurationMs)))
            .Where(s => s.Item1 < s.Item2);
    }

    private long NextOpen(long close, long last) => Sessions(close, last).Select(s => s.Open).FirstOrDefault(last);

    private void Add(long start, long end, bool isBroken)
    {
        var (asked, verified) = (_series.Fetched, _series.Shape.IsVerified);
        var cuts = new List<long> { start, end };
        var listedMs = !_series.IsStock && _series.Bars.Count > 0 ? _series.Bars.FirstMs : TimeText.MinMs;
        if (asked is { } range)
            cuts.AddRange(new[] { SlotAtOrBehind(range.StartMs), SlotAtOrBehind(range.EndMs), SlotAtOrBehind(listedMs) }.Where(c => c > start && c < end));
        cuts.Sort();
        for (var i = 0; i + 1 < cuts.Count; i++)
        {
            if (cuts[i] == cuts[i + 1])
                continue;
            var isKnown = verified && asked!.Value.Contains(Opening(cuts[i]));
            var isListed = asked?.Contains(Opening(cuts[i])) != true || cuts[i] >= listedMs;
            AddOne(cuts[i], cuts[i + 1], !isListed ? "not_listed" : !isKnown ? "pending" : _series.IsStock ? "no_trade" : "source_missing");
        }

        if (isBroken)
            _joins = false;
    }

    private void AddOne(long start, long end, string cause)
    {
        var bars = (end - start) / _series.DurationMs;
        _bars[cause] = _bars.GetValueOrDefault(cause) + bars;
        var endMs = Math.Min(Opening(end), _end);
        if (_joins && _gaps[^1].Cause == cause)
            _gaps[^1] = (_gaps[^1].Start, endMs, _gaps[^1].Bars + bars, cause);
        else
            _gaps.Add((Opening(start), endMs, bars, cause));
        _joins = true;
    }

    private static int IndexAtOrBehind(List<long> ascending, long time)
    {
        var index = ascending.BinarySearch(time);
        return index < 0 ? ~index : index;
    }

    // In the years that have sessions the days of stocks begin at midnight in New York.
    private static bool HasSessions(long time) => time >= DayMs && time < 4_102_444_800_000;

    private long Opening(long slot) => IsDaily && HasSessions(slot)
        ? NyseCalendar.MidnightMs(DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(slot).UtcDateTime))
        : slot;

    private long SlotAtOrBehind(long time)
    {
        // Weeks begin on Monday; 1970 began on a Thursday.
        var origin = _series.DurationMs % WeekMs == 0 ? -3 * DayMs : 0;
        var past = (time - origin) % _series.DurationMs;
        var below = past < 0 ? time - past - _series.DurationMs : time - past;
        if (!IsDaily || !HasSessions(time))
            return below == time ? time : below + _series.DurationMs;
        return Enumerable.Range(-1, 3).Select(i => below + (i * _series.DurationMs)).First(slot => Opening(slot) >= time);
    }
}
