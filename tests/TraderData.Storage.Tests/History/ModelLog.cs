using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>A write of bars when the clock had moved by some milliseconds, back too.</summary>
internal sealed record ModelWrite(int ElapsedMs, Bar[] Bars)
{
    private const long MinuteMs = 60_000;

    // Near the end of January 2024: every third bar falls in the partition of February.
    private const long FirstMs = 1_706_745_180_000;

    /// <summary>Few bars and few values, so that most writes restate, and many restate nothing; scales that hide equal values; volumes that are not known.</summary>
    public static readonly Gen<ModelWrite> Any =
        from elapsed in Gen.Frequency((8, Gen.Choose(0, 5)), (1, Gen.Choose(-9, 0)))
        from count in Gen.Choose(0, 8)
        from bars in Gen.ArrayOf(AnyBar(), count)
        select new ModelWrite(elapsed, [.. bars.DistinctBy(bar => bar.TimeMs).OrderBy(bar => bar.TimeMs)]);

    /// <summary>The bars as a block.</summary>
    public BarBlock Block() => BlockOf(Bars);

    public static BarBlock BlockOf(IEnumerable<Bar> bars)
    {
        var builder = new BarBlockBuilder("test");
        foreach (var bar in bars)
            builder.Add(bar);
        return builder.Build();
    }

    private static Gen<Bar> AnyBar() =>
        from minute in Gen.Choose(0, 17)
        from price in Gen.Choose(1, 3)
        from digits in Gen.Choose(0, 2)
        from zeros in Gen.Choose(0, 2)
        from volume in Gen.Choose(-1, 1)
        from vwap in Gen.Choose(-3, 1)
        from trades in Gen.Choose(-3, 1)
        let value = new ScaledDecimal(price * (long)Math.Pow(10, zeros), digits + zeros)
        select new Bar(
            FirstMs + (minute * MinuteMs), value, value, value, value,
            volume < 0 ? null : new ScaledDecimal(volume, 3), vwap < 0 ? null : new ScaledDecimal(vwap, 1), trades < 0 ? null : trades);
}

/// <summary>Which bars to ask a model and a store for. The bounds are parts of a thousand of all there is.</summary>
internal sealed record ModelQuestion(int Start, int End, int AsOf, bool NewestFirst, int Limit)
{
    public static readonly Gen<ModelQuestion> Any =
        from start in Gen.Choose(0, 1_000)
        from end in Gen.Choose(0, 1_000)
        from asOf in Gen.Choose(-50, 1_050)
        from newestFirst in Gen.Elements(true, false)
        from limit in Gen.Frequency((3, Gen.Choose(1, 6)), (1, Gen.Constant(1_000)))
        select new ModelQuestion(Math.Min(start, end), Math.Max(start, end), asOf, newestFirst, limit);

    public BarQuery Query(ModelLog log)
    {
        var (firstMs, lastMs) = (log.FirstMs, log.LastMs);
        long At(int part) => firstMs + ((lastMs + 1 - firstMs) * part / 1_000);
        var asOfMs = log.FirstRecordedMs + ((log.LastRecordedMs - log.FirstRecordedMs + 1) * AsOf / 1_000);
        return new BarQuery(new TimeRange(At(Start), At(End)), NewestFirst, Limit, asOfMs);
    }
}

/// <summary>Every value that every bar ever had, and when it was recorded: what a store with a memory must know.</summary>
internal sealed class ModelLog
{
    private readonly SortedDictionary<long, List<(long RecordedMs, Bar Bar)>> _values = [];

    public long FirstMs => _values.Keys.First();

    public long LastMs => _values.Keys.Last();

    public long FirstRecordedMs => _values.Values.Min(values => values[0].RecordedMs);

    public long LastRecordedMs => _values.Values.Max(values => values[^1].RecordedMs);

    public bool IsEmpty => _values.Count == 0;

    /// <summary>When the present value of a bar was recorded.</summary>
    public long RecordedMs(long timeMs) => _values[timeMs][^1].RecordedMs;

    public WriteResult Write(IEnumerable<Bar> bars, long nowMs)
    {
        var result = default(WriteResult);
        foreach (var bar in bars)
        {
            if (!_values.TryGetValue(bar.TimeMs, out var values))
            {
                _values[bar.TimeMs] = [(nowMs, bar)];
                result += new WriteResult(1, 0, 0);
                continue;
            }

            var (heldMs, held) = values[^1];
            var merged = bar with { Volume = bar.Volume ?? held.Volume, Vwap = bar.Vwap ?? held.Vwap, Trades = bar.Trades ?? held.Trades };
            if (merged != held)
                values.Add((Math.Max(nowMs, heldMs + 1), merged));
            result += merged == held ? new WriteResult(0, 0, 1) : new WriteResult(0, 1, 0);
        }

        return result;
    }

    /// <summary>The bars that a query must give, ascending.</summary>
    public List<Bar> Read(BarQuery query)
    {
        var bars = _values.Values
            .Select(values => values.LastOrDefault(value => query.AsOfMs is null || value.RecordedMs <= query.AsOfMs).Bar)
            .Where(bar => bar != default && query.Range.Contains(bar.TimeMs));
        var limit = (int)(query.Limit ?? int.MaxValue);
        return query.NewestFirst ? [.. bars.TakeLast(limit)] : [.. bars.Take(limit)];
    }

    public List<BarRevision> Revisions(TimeRange range) =>
    [
        .. _values.Where(pair => range.Contains(pair.Key))
            .SelectMany(pair => pair.Value.Zip(pair.Value.Skip(1), (old, next) => new BarRevision(old.Bar, old.RecordedMs, next.RecordedMs))),
    ];
}
