using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Rounds.Tests;

/// <summary>No row knows of what came after it, and no split of another.</summary>
public sealed class LeakageTests
{
    private const long HourMs = 3_600_000;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(25);

    [Fact]
    public void Features_of_a_row_are_the_same_whatever_comes_after_it() => Check.One(s_config, Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), Gen.Choose(0, 399).ToArbitrary(), (seed, at) => Run(async () =>
        {
            var bars = Made.Walk(seed, 400, isGap: i => Math.Abs((long)seed) % 2 == 1 && i % 131 == 7);
            var cutMs = Made.StartMs + (at * HourMs);
            var (past, other) = (bars.Between(new TimeRange(Made.StartMs, cutMs)), Made.Walk(seed + 1, 400).Between(new TimeRange(cutMs, long.MaxValue / 2)));

            var (one, two) = (await RowsAsync(bars), await RowsAsync(past, other));

            // What was closed by then has the same values, and is in the same split.
            foreach (var (timeMs, row) in one.Where(r => r.Key < cutMs))
                Assert.Equal(Seen(row), Seen(two[timeMs]));
        })));

    [Fact]
    public void A_split_is_the_same_whatever_stands_in_the_others() => Check.One(s_config, Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), Gen.Choose(0, 2).ToArbitrary(), (seed, split) => Run(async () =>
        {
            var spec = Made.Spec();
            var range = spec.Splits.Ranges[split];
            var (ours, theirs) = (Made.Walk(seed, 400), Made.Walk(seed + 1, 400));
            var mixed = new[] { theirs.Between(new TimeRange(0, range.StartMs)), ours.Between(range), theirs.Between(new TimeRange(range.EndMs, long.MaxValue / 2)) };

            var (one, oneFiles) = await Made.BuildAsync(new HeldBars().With(Made.Btc, ours), spec);
            var (two, twoFiles) = await Made.BuildAsync(new HeldBars().With(Made.Btc, mixed), spec);

            // Labels and all.
            var name = $"rounds/{one.RoundId}/{RoundSplits.Names[split]}.csv";
            Assert.Equal(oneFiles.Text(name), twoFiles.Text(name));
        })));

    [Fact]
    public void Embargo_and_purge_leave_out_the_rows_that_they_promise() => Check.One(s_config, Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), Gen.Choose(34, 60).ToArbitrary(), Gen.Choose(1, 15).ToArbitrary(), (seed, embargo, horizon) => Run(async () =>
        {
            var gaps = new System.Random(seed);
            var bars = Made.Walk(seed, 500, isGap: _ => gaps.Next(20) == 0);
            var spec = Made.Spec(more: $", \"embargo_bars\": {embargo}", hours: 500) with { Horizons = [1, horizon + 1] };
            var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, Made.Cut(bars, seed)), spec);
            for (var split = 0; split < 3; split++)
            {
                var inside = bars.Between(spec.Splits.Ranges[split]).Times.ToArray();
                var expected = inside.Skip(split == 0 ? 0 : embargo).SkipLast(split == 2 ? 0 : horizon + 1);
                var rows = Made.Rows(files, manifest, $"{RoundSplits.Names[split]}.csv");
                Assert.Equal(expected, rows.Select(r => r.Time()));
                Assert.Equal(split < 2, rows[0].ContainsKey("forward_return_1"));
                if (split < 2)
                    Assert.All(rows, row => AssertLabels(row, bars, spec.Horizons));
            }
        })));

    [Fact]
    public async Task A_bar_across_a_border_is_in_no_split_and_no_label_looks_at_it()
    {
        // Borders half an hour off the grid.
        var spec = Made.Spec() with { Splits = RoundSplits.At(new TimeRange(Made.StartMs, Made.StartMs + (400 * HourMs)), Made.StartMs + (240 * HourMs) + (HourMs / 2), Made.StartMs + (320 * HourMs) + (HourMs / 2)) };
        var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, Made.Walk(3, 400)), spec);

        var (train, validation) = (Made.Rows(files, manifest, "train.csv"), Made.Rows(files, manifest, "validation.csv"));
        Assert.Equal(Made.StartMs + ((240 - 1 - 3) * HourMs), train[^1].Time());
        Assert.NotEqual("", train[^1]["forward_return_3"]);
        Assert.Equal(Made.StartMs + ((241 + 34) * HourMs), validation[0].Time());
    }

    [Fact]
    public async Task Of_stocks_nights_and_minutes_without_trade_are_no_gap_and_a_lost_session_is()
    {
        var builder = new BarBlockBuilder("made");
        // Tuesday to Friday, six half hours a day; Thursday is lost.
        foreach (var day in new[] { "2024-01-02", "2024-01-03", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-10", "2024-01-11", "2024-01-12", "2024-01-16", "2024-01-17" })
        {
            for (var i = 0; i < 6; i++)
                builder.Add(new Bar(Made.Ms(day) + (15 * HourMs) + (i * 1_800_000L * (i == 5 ? 2 : 1)), new(100 + i, 0), new(110, 0), new(90, 0), new(100 + i, 0), new(5, 0), null, null));
        }

        var store = new HeldBars { Provenance = new Provenance(AssetClass.Stock, "iex", "raw") }.With(new Series("alpaca", "SPY", Timeframe.Parse("30m")), builder.Build());
        var spec = Made.Spec("""
            {"name":"stock","universe":["alpaca:SPY"],"timeframes":["30m"],"start":"2024-01-01","end":"2024-01-18","features":["log_return"],"as_of":"2025-01-01",
             "splits":{"validation_start":"2024-01-10","test_start":"2024-01-12"}}
            """);
        var (manifest, files) = await Made.BuildAsync(store, spec);

        var rows = Made.Rows(files, manifest, "train.csv");
        var none = rows.Where(r => r["log_return"].Length == 0).Select(r => TimeText.Iso(r.Time()));
        Assert.Equal(["2024-01-02T15:00:00Z", "2024-01-05T15:00:00Z"], none);
        Assert.Equal(["2024-01-03T20:00:00Z"], rows.Where(r => r["forward_return_1"].Length == 0).Select(r => TimeText.Iso(r.Time())));
        Assert.Equal(("iex", "raw"), (manifest.Series[0].Provenance.Feed, manifest.Series[0].Provenance.Adjustment));
    }

    private static void AssertLabels(Dictionary<string, string> row, BarBlock bars, IReadOnlyList<int> horizons)
    {
        foreach (var ahead in horizons)
        {
            var (from, to) = (bars.IndexAtOrAfter(row.Time()), bars.IndexAtOrAfter(row.Time()) + ahead);
            var whole = bars.Times[to] - bars.Times[from] == ahead * HourMs;
            var expected = FixedLog.Of((double)bars.At(to).Close.ToDecimal() / (double)bars.At(from).Close.ToDecimal());
            Assert.Equal(whole ? expected.ToString(System.Globalization.CultureInfo.InvariantCulture) : "", row[$"forward_return_{ahead}"]);
            Assert.Equal(whole ? $"{bars.At(to).Close.CompareTo(bars.At(from).Close)}" : "", row[$"forward_sign_{ahead}"]);
        }
    }

    private static bool Run(Func<Task> test)
    {
        Task.Run(test).GetAwaiter().GetResult();
        return true;
    }

    // By opening time, with the name of its split.
    private static async Task<Dictionary<long, Dictionary<string, string>>> RowsAsync(params BarBlock[] blocks)
    {
        var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, blocks), Made.Spec());
        return RoundSplits.Names.SelectMany(name => Made.Rows(files, manifest, $"{name}.csv").Select(row => (Row: row, Name: name)))
            .ToDictionary(r => r.Row.Time(), r => new Dictionary<string, string>(r.Row, StringComparer.Ordinal) { ["split"] = r.Name });
    }

    private static string Seen(Dictionary<string, string> row) =>
        string.Join(' ', row.Where(c => !c.Key.StartsWith("forward_", StringComparison.Ordinal)).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}"));
}
