using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class CrossCheckTests
{
    private static readonly Series Minutes = World.Series("AAA", "1m");
    private static readonly Series Hours = World.Series("AAA", "1h");
    private static readonly TimeRange Day = World.Range("2024-03-05", "2024-03-06");

    private readonly ModelArchive _archive = new();
    private readonly World _world;

    public CrossCheckTests()
    {
        _world = new World { Source = new ModelSource(World.NowMs) { Archive = _archive } };
        _archive.Source = _world.Source;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bars_that_all_tell_alike_pass()
    {
        await _world.RunAsync(World.Request("AAA", "1m", "2024-03-04", "2024-03-07"));

        var checks = await CheckAsync(new CrossCheckRequest("AAA", Timeframe.M1, Day.StartMs + 1_000_000));

        Assert.Equal([("the API", 1_440L, false), ("AAA-1m-2024-03-05.zip", 1_440L, false)], checks.Select(c => (c.Against, c.Compared, c.Failed)));
        Assert.All(checks, c => Assert.Equal(Day, c.Range));
        Assert.Equal("model:AAA:1m of 2024-03-05T00:00:00Z against the API: 1,440 bars, all the same", checks[0].Summary);
        Assert.Empty(_world.Store.Refused);
    }

    [Fact]
    public async Task What_differs_is_listed_with_both_values_and_nothing_is_overwritten()
    {
        await _world.RunAsync(World.Request("AAA", "1m", "2024-03-05", "2024-03-06"));
        var before = _world.Store.Bars(Minutes);
        var restatedMs = World.Ms("2024-03-05T07:00:00Z");
        _world.Source.Restated = (_, time) => time == restatedMs ? 2 : 0;
        _archive.Change = (_, bars) => bars.Slice(0, bars.Count - 1);

        var checks = await CheckAsync(new CrossCheckRequest("AAA"));

        var stored = before.At(420);
        Assert.Equal(
            [
                new BarDifference(restatedMs, "high", stored.High.ToString(), new ScaledDecimal(stored.High.Mantissa + 2, 2).ToString()),
                new BarDifference(restatedMs, "close", stored.Close.ToString(), new ScaledDecimal(stored.Close.Mantissa + 2, 2).ToString()),
            ],
            checks[0].Differences);
        Assert.Equal([("high"), ("close"), ("bar")], checks[1].Differences.Select(d => d.Field));
        Assert.Equal(("there", "absent"), (checks[1].Differences[2].First, checks[1].Differences[2].Second));
        Assert.Equal(["quarantine/1", "quarantine/2"], checks.Select(c => c.KeptAs));
        var kept = _world.Store.Refused.First();
        Assert.Equal((Minutes, "2 values that differ in 1440 bars", "the same in the store and in the API"), (kept.Series, kept.Reason.Found, kept.Reason.Expected));
        Assert.Equal($"2024-03-05T07:00:00Z high {stored.High} {checks[0].Differences[0].Second}\n2024-03-05T07:00:00Z close {stored.Close} {checks[0].Differences[1].Second}", kept.Reason.Text);
        Assert.Same(before, _world.Store.Bars(Minutes));
    }

    [Fact]
    public async Task Coarse_bars_are_compared_with_those_made_of_finer_ones_where_those_are_complete()
    {
        var minutes = _world.Source.Bars("AAA", Timeframe.M1, Day);
        var resampler = new BarResampler(Minutes, Timeframe.H1);
        var hours = BarMerge.MergeAll([resampler.Push(minutes), resampler.Finish()]);
        var wrong = hours.At(5);
        hours = BarMerge.Merge(hours, Block(wrong with { Volume = new ScaledDecimal(1, 3) }, hours.At(9) with { Trades = 1 })).Block;
        // A minute of the hour of 9 is not there: what its bars make is no measure.
        var holed = minutes.Pick([.. Enumerable.Range(0, minutes.Count).Where(i => i != 600 - 1)]);
        await _world.Store.WriteAsync(Minutes, new BarWrite(holed, new Provenance(AssetClass.Crypto)), Cancel);
        await _world.Store.WriteAsync(Hours, new BarWrite(hours, new Provenance(AssetClass.Crypto)), Cancel);

        var check = (await CheckAsync(new CrossCheckRequest("AAA", Timeframe.H1)))[0];

        Assert.Equal(("bars made of 1m", 23L, 1L), (check.Against, check.Compared, check.DifferenceCount));
        Assert.Equal(new BarDifference(wrong.TimeMs, "volume", "0.001", wrong.Volume!.Value.ToString()), check.Differences[0]);
    }

    [Fact]
    public async Task What_cannot_be_asked_is_told_and_the_rest_goes_on()
    {
        await _world.RunAsync(World.Request("AAA,BBB", "1m", "2024-03-05", "2024-03-06"));
        _world.Source.BeforePage = (symbol, _) =>
        {
            if (symbol == "AAA")
                throw new SourceException(SourceErrorKind.Unavailable, "model is down");
        };
        _archive.Change = (file, bars) => file.Series.Symbol == "AAA" ? null : bars;

        var checks = await CheckAsync(new CrossCheckRequest(null, Timeframe.M1));

        Assert.Equal(["model is down", "there is no such file yet", null, null], checks.Select(c => c.Error));
        Assert.Equal([true, true, false, false], checks.Select(c => c.Failed));
    }

    [Fact]
    public async Task File_that_was_found_wrong_before_and_bars_of_today_are_left_alone()
    {
        await _world.RunAsync(World.Request("AAA", "1m", "2024-03-09", "2024-03-10T12:00:00Z"));
        _world.Store.Verdicts[(Minutes, "AAA-1m-2024-03-09.zip")] = new ArchiveVerdict("AAA-1m-2024-03-09.zip", "a", "b", 0, null);

        Assert.Equal(["the API"], (await CheckAsync(new CrossCheckRequest("AAA", null, World.Ms("2024-03-09")))).Select(c => c.Against));
        Assert.Empty(await CheckAsync(new CrossCheckRequest("AAA", null, World.Ms("2024-03-10"))));
    }

    [Fact]
    public async Task Sample_is_the_same_all_day_and_every_series_has_its_turn()
    {
        await _world.RunAsync(World.Request(string.Join(',', Enumerable.Range(0, 30).Select(i => $"S{i}")), "1d", "2024-01-01", "2024-03-01"));
        var seen = new HashSet<string>();
        for (var day = 0; day < 60; day++)
        {
            var sample = await SampleAsync();
            Assert.Equal(5, sample.Distinct().Count());
            Assert.Equal(sample, await SampleAsync());
            seen.UnionWith(sample);
            _world.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(30, seen.Count);

        async Task<string[]> SampleAsync() =>
            [.. (await CheckAsync(new CrossCheckRequest())).Where(c => c.Against == "the API").Select(c => c.Series.Symbol)];
    }

    [Fact]
    public async Task Job_fails_with_the_first_differences()
    {
        await _world.RunAsync(World.Request("AAA", "1d", "2024-01-01", "2024-02-01"));
        _world.Source.Restated = (_, _) => 2;
        var log = new FiringLog();
        await using var worker = await Worker.StartAsync(_world, log, null);

        await worker.Control.RunAsync("crosscheck", Cancel);
        await log.WhenAsync(done => done.Any());

        Assert.Contains(
            "2 of 2 comparisons failed: model:AAA:1d of 2024-01-01T00:00:00Z against the API: 62 values differ in 31 bars, first high of 2024-01-01T00:00:00Z: stored ",
            log.Done.First().Error, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<SeriesCheck>> CheckAsync(CrossCheckRequest request) =>
        new CrossCheck([_world.Source], _world.Store, _world.Store, new JobsOptions { CrossCheckSeries = 5 }, _world.Time, NullLogger<CrossCheck>.Instance).RunAsync(request, Cancel);

    private static BarBlock Block(params Bar[] bars)
    {
        var builder = new BarBlockBuilder("bars");
        foreach (var bar in bars)
            builder.Add(bar);
        return builder.Build();
    }
}
