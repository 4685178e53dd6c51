namespace TraderData.Core.Tests;

public sealed class SeriesReaderTests
{
    [Fact]
    public void Made_bars_agree_with_groups_of_a_plain_list() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var world = new ReadWorld(seed);
            var (query, completeOnly) = (world.Query(), world.Random.Next(2) == 0);
            var expected = world.Expected(query, completeOnly);
            Assert.Equal(expected, Read(world.Store, new SeriesReading(world.Series, world.Store.Info), query, completeOnly));
        },
        500);

    [Fact]
    public void Held_series_passes_through() => BarBlockTests.ForAllSeeds(seed =>
    {
        var world = new ReadWorld(seed);
        var query = world.Query();
        var reading = new SeriesReading(world.Store.Info.Series, world.Store.Info);
        var bars = world.Store.At(query.AsOfMs).Where(b => query.Range.Contains(b.TimeMs));
        Assert.Equal(
            query.NewestFirst ? bars.Reverse().Take((int)(query.Limit ?? 10_000)).Reverse() : bars.Take((int)(query.Limit ?? 10_000)),
            Read(world.Store, reading, query, completeOnly: true));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Limit_bounds_what_is_read(bool newestFirst)
    {
        var store = Dense(Timeframe.H1, 8_000);
        var reading = await SeriesReader.FindAsync(store, new Series("x", "Y", Timeframe.D1), CancellationToken.None);
        var bars = Read(store, reading!, new BarQuery(TimeRange.All, newestFirst, Limit: 20), completeOnly: true);
        Assert.Equal(20, bars.Count);
        Assert.InRange(store.Given, 20 * 24, (20 * 24) + 1);
    }

    [Fact]
    public async Task Limit_is_reached_through_buckets_that_are_left_out()
    {
        // Every second day lacks an hour.
        var store = Dense(Timeframe.H1, 6_000, hour => hour % 48 != 5);
        var reading = await SeriesReader.FindAsync(store, new Series("x", "Y", Timeframe.D1), CancellationToken.None);
        Assert.Equal(30, Read(store, reading!, new BarQuery(TimeRange.All, NewestFirst: true, Limit: 30), completeOnly: true).Count);
        Assert.InRange(store.Given, 0, 30 * 24 * 5);
    }

    [Fact]
    public async Task Bar_that_is_forming_is_left_out_until_its_last_part_or_a_later_one_is_held()
    {
        var store = Dense(Timeframe.M1, 13);
        Assert.Equal([0L], await TimesAsync(store));
        store.Write(new RandomBars(1).At(13 * 60_000), 0);
        Assert.Equal([0L, 420_000], await TimesAsync(store));

        var holed = Dense(Timeframe.M1, 12);
        holed.Write(new RandomBars(1).At(14 * 60_000), 0);
        Assert.Equal([0L, 420_000], await TimesAsync(holed));

        static async Task<IEnumerable<long>> TimesAsync(ModelStore store)
        {
            var reading = await SeriesReader.FindAsync(store, new Series("x", "Y", Timeframe.Parse("7m")), CancellationToken.None);
            return Read(store, reading!, new BarQuery(TimeRange.All), completeOnly: false).Select(b => b.TimeMs);
        }
    }

    [Fact]
    public async Task Stock_bucket_is_complete_once_all_of_it_was_asked_for()
    {
        // Hours of a session; 13:00 begins half an hour before it, and that half was never asked for.
        var start = new DateTimeOffset(2024, 7, 2, 13, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var fetched = RangeSet.Of([new TimeRange(start + 1_800_000, start + 7_200_000), new TimeRange(start + 7_260_000, start + 20_000_000)]);
        var info = new SeriesInfo(new Series("x", "Y", Timeframe.M1), 0, null, null, new Provenance(AssetClass.Stock), fetched);
        var store = new ModelStore(info, new RandomBars(1));
        foreach (var minute in new[] { 59, 61, 130, 180 })
            store.Write(new RandomBars(1).At(start + (minute * 60_000)), 0);
        var reading = await SeriesReader.FindAsync(store, new Series("x", "Y", Timeframe.H1), CancellationToken.None);
        Assert.Equal([start, start + 3_600_000, start + 7_200_000], Read(store, reading!, new BarQuery(TimeRange.All), completeOnly: false).Select(b => b.TimeMs));
        Assert.Equal([start, start + 3_600_000], Read(store, reading!, new BarQuery(TimeRange.All), completeOnly: true).Select(b => b.TimeMs));
    }

    [Fact]
    public async Task Coarsest_held_timeframe_that_divides_is_taken_and_one_with_bars_before_one_without()
    {
        var store = new ManyStore(("1m", true), ("5m", true), ("30m", false), ("4h", true));
        Assert.Equal("5m", await HeldAsync("2h"));
        Assert.Equal("5m", await HeldAsync("1h"));
        Assert.Equal("1m", await HeldAsync("7m"));
        Assert.Equal("4h", await HeldAsync("3d"));
        Assert.Equal("30m", await HeldAsync("30m"));
        Assert.Null(await HeldAsync("1m", new ManyStore(("5m", true))));
        Assert.Equal("30m", await HeldAsync("1h", new ManyStore(("30m", false))));

        async Task<string?> HeldAsync(string timeframe, ManyStore? other = null)
        {
            var reading = await SeriesReader.FindAsync(other ?? store, new Series("x", "Y", Timeframe.Parse(timeframe)), CancellationToken.None);
            Assert.True(reading is null || reading.Series.Timeframe == Timeframe.Parse(timeframe));
            Assert.True(reading is null || reading.IsResampled == (reading.Held.Series.Timeframe != Timeframe.Parse(timeframe)));
            return reading?.Held.Series.Timeframe.ToString();
        }
    }

    [Fact]
    public async Task Only_what_had_bars_at_a_time_is_read_as_of_it()
    {
        // Minutes from the start, hours since 100, days since 200.
        var store = new ManyStore(("1m", true), ("1h", true), ("1d", true)) { RecordedMs = { ["1h"] = 100, ["1d"] = 200 } };
        Assert.Equal(["1m", "1m", "1h", "1h", "1d"], await HeldAsync("1d", 0, 99, 100, 199, 200));
        Assert.Equal(["1m", "1h", "1h"], await HeldAsync("1h", 99, 100, 200));
        Assert.Equal(["1d"], await HeldAsync("1d", -1));

        async Task<List<string>> HeldAsync(string timeframe, params long[] times)
        {
            var held = new List<string>();
            foreach (var time in times)
            {
                var reading = await SeriesReader.FindAsync(store, new Series("x", "Y", Timeframe.Parse(timeframe)), time, CancellationToken.None);
                held.Add(reading!.Held.Series.Timeframe.ToString());
            }

            return held;
        }
    }

    [Fact]
    public async Task Limit_of_none_is_refused()
    {
        var store = Dense(Timeframe.M1, 10);
        var reading = await SeriesReader.FindAsync(store, new Series("x", "Y", Timeframe.H1), CancellationToken.None);
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(store, reading!, new BarQuery(TimeRange.All, Limit: 0), completeOnly: false));
    }

    private static List<Bar> Read(IBarStore store, SeriesReading reading, BarQuery query, bool completeOnly)
    {
        var blocks = SeriesReader.ReadAsync(store, reading, query, completeOnly, CancellationToken.None).ToBlockingEnumerable().ToList();
        Assert.DoesNotContain(blocks, b => b.Count == 0);
        return [.. (query.NewestFirst ? Enumerable.Reverse(blocks) : blocks).SelectMany(RandomBars.Unpack)];
    }

    private static ModelStore Dense(Timeframe timeframe, int count, Predicate<int>? held = null)
    {
        var random = new RandomBars(7);
        var info = new SeriesInfo(new Series("x", "Y", timeframe), 0, null, null, Provenance.Unknown, RangeSet.Empty);
        var store = new ModelStore(info, random);
        for (var i = 0; i < count; i++)
        {
            if (held?.Invoke(i) != false)
                store.Write(random.At(i * timeframe.DurationMs), 0);
        }

        return store;
    }

    private sealed class ManyStore(params (string Timeframe, bool HasBars)[] held) : IBarStore
    {
        public Dictionary<string, long> RecordedMs { get; } = [];

        public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) => Task.FromResult(held
            .Where(h => h.Timeframe == series.Timeframe.ToString())
            .Select(h => new SeriesInfo(series, h.HasBars ? 1 : 0, h.HasBars ? 0 : null, h.HasBars ? 0 : null, Provenance.Unknown, RangeSet.Empty))
            .FirstOrDefault());

        public IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, CancellationToken cancellationToken) =>
            Enumerable.Repeat(RandomBars.Block([new RandomBars(1).At(0)]), query.AsOfMs >= RecordedMs.GetValueOrDefault(series.Timeframe.ToString()) ? 1 : 0)
            .ToAsyncEnumerable();

        public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
