namespace TraderData.Core.Tests;

public sealed class FailureSetTests
{
    private const int Slots = 40;

    [Fact]
    public void Sets_agree_with_a_list_of_slots_in_any_order_and_any_number_of_times() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var random = new Random(seed);
            var told = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Some(random)).ToList();
            var model = new (long At, int Tries, string Message)?[Slots];
            foreach (var failure in told)
            {
                for (var slot = failure.Range.StartMs; slot < failure.Range.EndMs; slot++)
                    model[slot] = model[slot] is { } known && known.CompareTo((failure.AtMs, failure.Tries, failure.Message)) > 0 ? known : (failure.AtMs, failure.Tries, failure.Message);
            }

            var set = told.Aggregate(FailureSet.Empty, (s, f) => s.With(f));
            var shuffled = told.Concat(told).OrderBy(_ => random.Next()).ToList();
            Assert.Equal(set, shuffled.Aggregate(FailureSet.Empty, (s, f) => s.With(f)));
            Assert.Equal(set, FailureSet.Of(shuffled));
            Assert.Equal(model, Slot(set));
            Assert.Equal(set.OrderBy(f => f.Range.StartMs), set);

            var answered = new TimeRange(random.Next(0, 20), random.Next(20, Slots));
            for (var slot = answered.StartMs; slot < answered.EndMs; slot++)
                model[slot] = null;
            Assert.Equal(model, Slot(set.Without(answered)));
            Assert.Equal(set.Without(answered), set.Without(answered).Without(answered));
        },
        1_000);

    [Fact]
    public void Of_more_than_are_kept_the_oldest_are_forgotten()
    {
        var many = Enumerable.Range(0, FailureSet.MaxCount + 10).Select(i => new FetchFailure(new TimeRange(i * 10, (i * 10) + 5), "no answer", i, 1));
        var set = FailureSet.Of(many);
        Assert.Equal(Enumerable.Range(10, FailureSet.MaxCount).Select(i => i * 10L), set.Select(f => f.Range.StartMs));
    }

    [Fact]
    public void Messages_are_one_line_of_bounded_length()
    {
        Assert.Equal("a b c ", new FetchFailure(new TimeRange(0, 1), "a\nb\u001bc\t", 0, 1).Message);
        var cut = new FetchFailure(new TimeRange(0, 1), new string('x', FetchFailure.MaxMessageLength - 1) + "😀 more", 0, 1).Message;
        Assert.Equal(new string('x', FetchFailure.MaxMessageLength - 1), cut);
        Assert.Throws<ArgumentException>(() => new FetchFailure(new TimeRange(5, 5), "x", 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FetchFailure(new TimeRange(0, 5), "x", 0, 0));
    }

    private static FetchFailure Some(Random random)
    {
        var start = random.Next(0, Slots - 1);
        return new FetchFailure(new TimeRange(start, random.Next(start + 1, Slots + 1)), random.Next(2) == 0 ? "a" : "b", random.Next(0, 4), random.Next(1, 3));
    }

    private static (long At, int Tries, string Message)?[] Slot(FailureSet set) =>
        [.. Enumerable.Range(0, Slots).Select(slot => set.Where(f => f.Range.Contains(slot)).Select(f => ((long, int, string)?)(f.AtMs, f.Tries, f.Message)).SingleOrDefault())];
}
