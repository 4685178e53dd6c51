namespace TraderData.Core.Tests;

/// <summary>A random series with holes and restatements, and what is to be read of it.</summary>
internal sealed class ReadWorld
{
    private static readonly (string From, string To)[] Pairs =
    [
        ("1m", "7m"), ("1m", "45m"), ("1m", "1h"), ("1m", "2h"), ("5m", "45m"), ("15m", "1d"), ("1h", "1d"), ("1h", "3d"),
        ("1d", "1w"), ("1d", "2w"), ("4h", "1w"), ("1m", "1w"),
    ];

    private readonly Timeframe _from;

    // Of stocks: in the morning of the session behind a clock change. The others stand around the epoch.
    private readonly long _firstSlot;
    private readonly RandomBars _random;

    public ReadWorld(int seed)
    {
        _random = new RandomBars(seed);
        var (from, to) = Pairs[Random.Next(Pairs.Length)];
        (_from, Series) = (Timeframe.Parse(from), new Series("x", "Y", Timeframe.Parse(to)));
        var provenance = new Provenance(Random.Next(3) == 0 ? AssetClass.Stock : AssetClass.Crypto);
        _firstSlot = provenance.AssetClass == AssetClass.Stock ? new DateTimeOffset(2024, 3, 11, 14, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() / _from.DurationMs : 0;
        var fetched = RangeSet.Of(Enumerable.Range(0, 3).Select(_ => Range(Random.Next(-200, 400), Random.Next(0, 200))));
        var info = new SeriesInfo(new Series("x", "Y", _from), 0, null, null, provenance, fetched)
        {
            Verified = RangeSet.Of([Range(Random.Next(-200, 400), Random.Next(0, 100))]),
            Failures = FailureSet.Of([new FetchFailure(Range(Random.Next(-200, 400), Random.Next(1, 100)), "no answer", 1, 1)]),
        };
        Store = new ModelStore(info, _random);
        foreach (var bar in _random.List(_from, (int)_firstSlot + Random.Next(-200, 200), Random.Next(1, 300), maxStep: Random.Next(1, 5)))
        {
            // Sessions in another time zone: days that stand off the grid.
            var shift = _from == Timeframe.D1 && seed % 2 == 0 ? Random.Next(4, 6) * 3_600_000L : 0;
            for (var recorded = Random.Next(0, 10); recorded < 20; recorded += Random.Next(1, 60))
                Store.Write(_random.At(bar.TimeMs + shift), recorded);
        }
    }

    public ModelStore Store { get; }

    public Series Series { get; }

    public Random Random => _random.Random;

    public BarQuery Query() => new(
        Random.Next(4) == 0 ? TimeRange.All : Range(Random.Next(-250, 500), Random.Next(0, 600)),
        Random.Next(2) == 0,
        Random.Next(2) == 0 ? Random.Next(1, 12) : null,
        Random.Next(2) == 0 ? Random.Next(0, 25) : null);

    public IEnumerable<Bar> Expected(BarQuery query, bool completeOnly)
    {
        var bars = Store.At(query.AsOfMs);
        if (bars.Count == 0)
            return [];
        var heldEndMs = _from.Floor(bars[^1].TimeMs) + _from.DurationMs;
        var made = BarResamplerTests.Model(bars, Series.Timeframe).ToList()
            .Where(b => query.Range.Contains(b.TimeMs) && b.TimeMs + Series.Timeframe.DurationMs <= heldEndMs)
            .Where(b => !completeOnly || MissingParts(b.TimeMs, bars) == 0).ToList();
        var limit = (int)Math.Min(query.Limit ?? made.Count, made.Count);
        return query.NewestFirst ? made[^limit..] : made[..limit];
    }

    /// <summary>How many of the parts of a made bar are expected and not there.</summary>
    public int MissingParts(long bucketMs, List<Bar> bars)
    {
        var slots = Enumerable.Range(0, (int)(Series.Timeframe.DurationMs / _from.DurationMs)).Select(i => bucketMs + (i * _from.DurationMs));
        return Store.Info.Provenance.AssetClass == AssetClass.Stock
            ? slots.Count(slot => LedgerModel.IsExpected(_from, AssetClass.Stock, slot) && !IsAsked(slot))
            : slots.Count(slot => !bars.Exists(b => _from.Floor(b.TimeMs) == slot));
    }

    /// <summary>Why a made bar is not there: the most urgent cause of its parts.</summary>
    public GapCause CauseOf(long bucketMs) =>
        Enumerable.Range(0, (int)(Series.Timeframe.DurationMs / _from.DurationMs)).Max(i => LedgerModel.CauseOf(Store.Info, bucketMs + (i * _from.DurationMs)));

    /// <summary>True when the source was asked for the fine bar of a time.</summary>
    public bool IsAsked(long slot) => Store.Info.Fetched.Any(r => r.StartMs <= slot && slot + _from.DurationMs <= r.EndMs);

    private TimeRange Range(long startSlot, long slots) => new((_firstSlot + startSlot) * _from.DurationMs, (_firstSlot + startSlot + slots) * _from.DurationMs);
}
