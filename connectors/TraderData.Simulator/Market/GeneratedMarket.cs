using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>A market that never was: bars of any timeframe, put together from the minutes, the same every time for a seed. Safe for any thread.</summary>
internal sealed class GeneratedMarket(ulong seed, Halts halts, FlawedMinutes flaws)
{
    private const long DayMs = 86_400_000;

    // Whole days are kept, since a page of weeks needs 7,000 of them; about 180 bytes each, so some six megabytes at most.
    private const int MaxDays = 32_768;

    private readonly ConcurrentDictionary<(SimInstrument Instrument, long StartMs), SimBar?> _days = [];

    /// <summary>Reads bars that open in a range, those without a trade left out where the market does so.</summary>
    public IEnumerable<SimBar> Read(SimInstrument instrument, Timeframe timeframe, TimeRange opens, bool descending, MarketView view)
    {
        var minutes = new MinuteSource(instrument, seed, halts) { FlawsKey = flaws.KeyOf(instrument) };
        foreach (var bucket in Buckets(instrument, timeframe, Clip(instrument, timeframe, opens, view), descending))
        {
            if (TryRead(instrument, minutes, bucket, view, out var bar))
                yield return bar;
        }
    }

    private static TimeRange Clip(SimInstrument instrument, Timeframe timeframe, TimeRange opens, MarketView view)
    {
        // A bar of before the listing still shows when a part of it lies behind: one bar further back, two for the stock days that are off the grid.
        var start = Math.Max(opens.StartMs, timeframe.Floor(instrument.ListedMs) - (instrument.Venue == Venue.AlpacaStock ? timeframe.DurationMs : 0));
        var end = Math.Min(opens.EndMs, Math.Min(view.NowMs + 1, instrument.DelistedMs));
        return new TimeRange(start, Math.Max(start, end));
    }

    private bool TryRead(SimInstrument instrument, MinuteSource minutes, TimeRange bucket, MarketView view, out SimBar bar)
    {
        // A New York day lasts 23 hours when summer time begins.
        var found = bucket.EndMs - bucket.StartMs >= DayMs - 3_600_000
            ? TryJoinDays(instrument, minutes, bucket, view, out bar)
            : TryJoin(minutes, instrument.Venue == Venue.AlpacaStock ? bucket.Intersect(minutes.SessionAt(bucket.StartMs)) : bucket, view, out bar);
        (bar.TimeMs, bar.EndMs) = (bucket.StartMs, bucket.EndMs);
        return found;
    }

    private bool TryJoinDays(SimInstrument instrument, MinuteSource minutes, TimeRange bucket, MarketView view, out SimBar bar)
    {
        bar = default;
        var found = false;
        foreach (var day in Days(instrument, bucket))
        {
            if (!TryReadDay(instrument, minutes, day, view, out var part))
                continue;
            if (found)
                bar.Append(part);
            else
                bar = part;
            found = true;
        }

        return found;
    }

    private bool TryReadDay(SimInstrument instrument, MinuteSource minutes, TimeRange day, MarketView view, out SimBar bar)
    {
        if (day.EndMs > view.FinalMs - (flaws.Exist ? FlawedMinutes.FinalBehindMs : 0))
            return TryJoin(minutes, day, view, out bar);
        if (!_days.TryGetValue((instrument, day.StartMs), out var kept))
        {
            kept = TryJoin(minutes, day, view, out bar) ? bar : null;
            if (_days.Count >= MaxDays)
                _days.Clear();
            _days[(instrument, day.StartMs)] = kept;
        }

        bar = kept ?? default;
        return kept is not null;
    }

    private bool TryJoin(MinuteSource minutes, TimeRange range, MarketView view, out SimBar bar)
    {
        bar = default;
        var found = false;
        var end = Math.Min(range.EndMs, view.NowMs + 1);
        for (var time = range.StartMs; time < end; time += MinuteSource.MinuteMs)
        {
            if (!minutes.TryMake(time, out var minute) || !view.TryShow(ref minute) || !flaws.TryShow(minutes.FlawsKey, ref minute, view.NowMs))
                continue;
            if (found)
                bar.Append(minute);
            else
                bar = minute;
            found = true;
        }

        return found;
    }

    private static IEnumerable<TimeRange> Days(SimInstrument instrument, TimeRange bucket)
    {
        if (instrument.Venue != Venue.AlpacaStock)
        {
            for (var start = bucket.StartMs; start < bucket.EndMs; start += DayMs)
                yield return new TimeRange(start, Math.Min(start + DayMs, bucket.EndMs));
            yield break;
        }

        foreach (var session in NyseCalendar.Instance.Sessions(bucket))
            yield return session;
    }

    private static IEnumerable<TimeRange> Buckets(SimInstrument instrument, Timeframe timeframe, TimeRange opens, bool descending)
    {
        if (opens.IsEmpty)
            return [];
        return instrument.Venue != Venue.AlpacaStock ? GridBuckets(timeframe, opens, descending)
            : timeframe.DurationMs >= DayMs ? NewYorkBuckets(timeframe, opens, descending)
            : SessionBuckets(timeframe, opens, descending);
    }

    private static IEnumerable<TimeRange> GridBuckets(Timeframe timeframe, TimeRange opens, bool descending)
    {
        var step = timeframe.DurationMs;
        var (first, last) = (timeframe.Ceiling(opens.StartMs), timeframe.Floor(opens.EndMs - 1));
        for (long i = 0, count = ((last - first) / step) + 1; i < count; i++)
        {
            var start = descending ? last - (i * step) : first + (i * step);
            yield return new TimeRange(start, start + step);
        }
    }

    // Only what touches a session: nights and weekends have nothing to look at.
    private static IEnumerable<TimeRange> SessionBuckets(Timeframe timeframe, TimeRange opens, bool descending)
    {
        var sessions = NyseCalendar.Instance.Sessions(new TimeRange(timeframe.Floor(opens.StartMs), timeframe.Ceiling(opens.EndMs)));
        foreach (var session in descending ? sessions.Reverse() : sessions)
        {
            var whole = new TimeRange(timeframe.Floor(session.StartMs), timeframe.Ceiling(session.EndMs)).Intersect(opens);
            if (whole.IsEmpty)
                continue;
            foreach (var bucket in GridBuckets(timeframe, whole, descending))
                yield return bucket;
        }
    }

    private static IEnumerable<TimeRange> NewYorkBuckets(Timeframe timeframe, TimeRange opens, bool descending)
    {
        // Days since the Monday 1970-01-05, so that weeks begin on Mondays.
        var origin = new DateOnly(1970, 1, 5).DayNumber;
        var step = (int)(timeframe.DurationMs / DayMs);
        var first = (NyseCalendar.DateAt(opens.StartMs).DayNumber - origin) / step;
        var last = (NyseCalendar.DateAt(opens.EndMs - 1).DayNumber - origin) / step;
        for (var i = 0; i <= last - first; i++)
        {
            var date = DateOnly.FromDayNumber(origin + ((descending ? last - i : first + i) * step));
            var start = NyseCalendar.MidnightMs(date);
            if (opens.Contains(start))
                yield return new TimeRange(start, NyseCalendar.MidnightMs(date.AddDays(step)));
        }
    }
}
