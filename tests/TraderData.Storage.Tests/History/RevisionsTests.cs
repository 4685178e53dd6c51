using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Storage.Tests;

public sealed class RevisionsTests
{
    private static readonly Series Bitcoin = new("import", "X", Timeframe.M1);
    private static readonly Partition Month = Partition.At(Timeframe.M1, 0);

    // Values of one key differ in when they were replaced alone, as those of one store do.
    private static readonly Gen<BarRevision[]> AnyValues = Gen.ArrayOf(
        from minute in Gen.Choose(0, 6)
        from recorded in Gen.Choose(-1, 8)
        from length in Gen.Choose(1, 5)
        let price = new ScaledDecimal(1 + (minute * 100) + recorded, recorded < 0 ? 0 : recorded)
        select new BarRevision(
            new Bar(minute * 60_000L, price, price, price, price, recorded % 2 == 0 ? price : null, recorded == 3 ? price : null, recorded == 4 ? 7 : null),
            recorded < 0 ? null : recorded * 10, (recorded * 10) + length));

    [Fact]
    public void Layers_of_any_order_are_one_value_for_each_key_in_order() => Prop.ForAll(AnyValues.ToArbitrary(), values =>
    {
        var expected = values.GroupBy(v => (v.Old.TimeMs, v.RecordedMs)).Select(same => same.MaxBy(v => v.ReplacedMs))
            .OrderBy(v => v.Old.TimeMs).ThenBy(v => v.ReplacedMs).ToList();

        var revisions = Of(values);

        Assert.Equal(expected, revisions.In(TimeRange.All));
        Assert.Equal(expected.Count, revisions.Count);
        Assert.All(revisions.Layers, layer => Assert.True(layer.Old.Count > 0));
        foreach (var (above, below) in revisions.Layers.Zip(revisions.Layers.Skip(1)))
            Assert.Subset(above.Old.Times.ToArray().ToHashSet(), below.Old.Times.ToArray().ToHashSet());
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Values_valid_at_a_time_are_those_recorded_by_then_and_not_replaced() => Prop.ForAll(AnyValues.ToArbitrary(), values =>
    {
        var revisions = Of(values);
        for (var time = -5L; time < 90; time += 3)
        {
            var range = new TimeRange(60_000, 300_000);
            var expected = revisions.In(range).Where(v => (v.RecordedMs ?? long.MinValue) <= time && time < v.ReplacedMs)
                .GroupBy(v => v.Old.TimeMs).Select(bar => bar.MaxBy(v => v.RecordedMs ?? long.MinValue).Old);

            var then = revisions.AsOf(time, range);

            Assert.Equal(expected, Enumerable.Range(0, then.Count).Select(then.At));
        }
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void With_others_keeps_what_is_there_and_learns_when_it_was_replaced() => Prop.ForAll(AnyValues.ToArbitrary(), AnyValues.ToArbitrary(), (left, right) =>
    {
        var (first, second) = (Of(left), Of(right));
        var others = second.In(TimeRange.All).ToDictionary(v => (v.Old.TimeMs, v.RecordedMs));
        var expected = first.In(TimeRange.All).Select(v => others.Remove((v.Old.TimeMs, v.RecordedMs), out var other) ? v with { ReplacedMs = other.ReplacedMs } : v).ToList();
        expected.AddRange(others.Values);

        var both = first.With(second);

        Assert.Equal(expected.OrderBy(v => v.Old.TimeMs).ThenBy(v => v.ReplacedMs), both.In(TimeRange.All));
        Assert.Equal(both.In(TimeRange.All), both.With(second).In(TimeRange.All));
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Settled_values_follow_each_other_up_to_the_present_one() => Prop.ForAll(AnyValues.ToArbitrary(), Gen.ArrayOf(Gen.Choose(-1, 9), 5).ToArbitrary(), (values, updated) =>
    {
        var bars = ModelWrite.BlockOf(updated.Select((_, minute) => PriceOf(minute)));
        var present = new StoredBars(bars, updated.Select(u => u < 0 ? StoredBars.Unknown : u * 10L).ToArray());

        var settled = Of(values).SettledBy(present).In(TimeRange.All).ToList();

        foreach (var chain in settled.GroupBy(v => v.Old.TimeMs))
        {
            var updatedMs = present.UpdatedMs.Span[(int)(chain.Key / 60_000)];
            if (updatedMs == StoredBars.Unknown)
                continue;
            Assert.Equal(updatedMs, chain.Last().ReplacedMs);
            Assert.All(chain.Zip(chain.Skip(1)), pair => Assert.Equal(pair.First.ReplacedMs, pair.Second.RecordedMs));
        }

        var expected = Of(values).In(TimeRange.All)
            .Where(v => v.Old.TimeMs < 300_000 && updated[v.Old.TimeMs / 60_000] is var u && (u < 0 ? v.RecordedMs is not null : (v.RecordedMs ?? -1) < u * 10));
        Assert.Equal(expected.Select(v => v.Old).ToHashSet(), settled.Select(v => v.Old).ToHashSet());
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void File_of_any_values_reads_back_the_same_and_has_the_same_bytes() => Prop.ForAll(AnyValues.ToArbitrary(), values =>
    {
        var revisions = Of(values);
        if (revisions.Count == 0)
            return;
        var file = RevisionsFile.Encode(Bitcoin, Month, revisions);

        var read = RevisionsFile.Decode("x", Bitcoin, Month, file);

        Assert.Equal(revisions.In(TimeRange.All), read.In(TimeRange.All));
        Assert.Equal(file, RevisionsFile.Encode(Bitcoin, Month, Of([.. read.In(TimeRange.All).Reverse()])));
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Runs_of_update_times_give_back_each_time() => Prop.ForAll<int[]>(values =>
    {
        long[] times = [.. values.Select(v => v % 3 == 0 ? StoredBars.Unknown : v / 4)];
        var runs = UpdateRuns.Of(times);
        Assert.Equal(times, runs.ToArray());
        Assert.Equal(times.DefaultIfEmpty(StoredBars.Unknown).Max(), runs.LatestMs);
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Digest_of_equal_bars_is_equal_in_any_scale_and_slice_and_differs_with_any_value()
    {
        Bar[] bars = [PriceOf(0), PriceOf(1) with { Volume = null }, PriceOf(2)];
        var digest = BarDigest.Of(ModelWrite.BlockOf(bars));

        Assert.Equal(digest, BarDigest.Of(ModelWrite.BlockOf([PriceOf(-1), .. bars, PriceOf(3)]).Rescale(6, 5, 4).Slice(1, 3)));
        Assert.Equal(digest, BarDigest.Of(ModelWrite.BlockOf([.. bars, PriceOf(3) with { Vwap = new ScaledDecimal(1, 0), Trades = 3 }]).Slice(0, 3)));
        Assert.Matches("^[0-9a-f]{64}$", digest);
        Bar[][] others =
        [
            [.. bars[..2]], [bars[0], bars[1], bars[2] with { TimeMs = 180_000 }], [bars[0], bars[1] with { Volume = new ScaledDecimal(0, 0) }, bars[2]],
            [bars[0] with { Close = new ScaledDecimal(9, 0) }, bars[1], bars[2]], [bars[0] with { Trades = 0 }, bars[1], bars[2]],
            [bars[0] with { Vwap = new ScaledDecimal(0, 0) }, bars[1], bars[2]], [],
        ];
        Assert.Equal(others.Length + 1, others.Select(other => BarDigest.Of(ModelWrite.BlockOf(other))).Append(digest).Distinct().Count());
    }

    private static Bar PriceOf(int minute)
    {
        var price = new ScaledDecimal(1_500 + minute, 3);
        return new Bar(minute * 60_000L, price, price, price, price, new ScaledDecimal(70, 1));
    }

    private static Revisions Of(BarRevision[] values) => Revisions.Of(values.Select(value => new RevisionLayer(
        ModelWrite.BlockOf([value.Old]), new[] { value.RecordedMs ?? StoredBars.Unknown }, new[] { value.ReplacedMs })));
}
