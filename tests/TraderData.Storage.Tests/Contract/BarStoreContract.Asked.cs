using TraderData.Core;

namespace TraderData.Storage.Tests;

public abstract partial class BarStoreContract
{
    private const int AskedSlots = 30;

    [Fact]
    public async Task Range_asked_twice_is_verified_and_a_repeated_write_is_no_second_ask()
    {
        var store = await CreateStoreAsync();
        var once = new BarWrite(Minutes(0, 10), Provenance.Unknown, Slots(0, 20));
        await store.WriteAsync(Bitcoin, once, Cancellation);
        await store.WriteAsync(Bitcoin, once, Cancellation);
        Assert.Empty((await store.FindAsync(Bitcoin, Cancellation))!.Verified);

        await store.WriteAsync(Bitcoin, new BarWrite(BarBlock.Empty, Provenance.Unknown, Slots(10, 30)) { IsSecondAsk = true }, Cancellation);

        var info = (await store.FindAsync(Bitcoin, Cancellation))!;
        Assert.Equal([Slots(0, 30)], info.Fetched);
        Assert.Equal([Slots(10, 30)], info.Verified);
        Assert.Equal([Slots(10, 30)], Assert.Single(await store.ListAsync(Cancellation)).Verified);
    }

    [Fact]
    public async Task Failure_is_kept_until_its_range_is_answered()
    {
        var store = await CreateStoreAsync();
        var failure = new FetchFailure(Slots(10, 30), "binance GET /api/v3/klines: 502 \"bad\ngateway\"", Ms("2024-03-01T00:00:00Z"), 2);
        await WriteAsync(store, Bitcoin, Minutes(0, 10), Slots(0, 10));
        var write = new BarWrite(BarBlock.Empty, Provenance.Unknown) { Failure = failure };
        Assert.Equal(default, await store.WriteAsync(Bitcoin, write, Cancellation));
        Assert.Equal(default, await store.WriteAsync(Bitcoin, write, Cancellation));

        Assert.Equal([failure], (await store.FindAsync(Bitcoin, Cancellation))!.Failures);
        Assert.Equal([failure], Assert.Single(await store.ListAsync(Cancellation)).Failures);

        await WriteAsync(store, Bitcoin, Minutes(10, 5), Slots(5, 15));
        Assert.Equal([new FetchFailure(Slots(15, 30), failure.Message, failure.AtMs, 2)], (await store.FindAsync(Bitcoin, Cancellation))!.Failures);

        // Asked once and then again without an answer: both are known.
        var again = new FetchFailure(Slots(0, 5), "no answer", failure.AtMs + 1, 1);
        await store.WriteAsync(Bitcoin, write with { Failure = again }, Cancellation);
        await WriteAsync(store, Bitcoin, BarBlock.Empty, Slots(15, 40));
        var info = (await store.FindAsync(Bitcoin, Cancellation))!;
        Assert.Equal([Slots(0, 40)], info.Fetched);
        Assert.Equal([again], info.Failures);
        Assert.Equal(15, info.Rows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_was_asked_agrees_with_a_ledger_kept_slot_by_slot(int seed)
    {
        var store = await CreateStoreAsync();
        var random = new Random(seed);
        var model = new AskedSlot[AskedSlots];
        for (var step = 0; step < 40; step++)
        {
            var write = SomeWrite(random, toldMs: Ms("2024-03-01T00:00:00Z") + (step * 1_000));
            for (var repeat = random.Next(1, 3); repeat > 0; repeat--)
                await store.WriteAsync(Bitcoin, write, Cancellation);
            for (var i = 0; i < AskedSlots; i++)
                model[i] = model[i].After(write, Start + (i * MinuteMs));
        }

        var info = (await store.FindAsync(Bitcoin, Cancellation))!;
        Assert.Equal(
            model,
            Enumerable.Range(0, AskedSlots).Select(i => Start + (i * MinuteMs)).Select(t => new AskedSlot(
                info.Fetched.Any(r => r.Contains(t)), info.Verified.Any(r => r.Contains(t)), info.Failures.SingleOrDefault(f => f.Range.Contains(t))?.Message)));
    }

    private static BarWrite SomeWrite(Random random, long toldMs)
    {
        var from = random.Next(0, AskedSlots - 1);
        var range = Slots(from, random.Next(from + 1, AskedSlots));
        var write = new BarWrite(random.Next(2) == 0 ? BarBlock.Empty : Minutes(from, 1), Provenance.Unknown);

        // No two failures alike, each later than those before.
        return random.Next(2) == 0
            ? write with { Fetched = range, IsSecondAsk = random.Next(2) == 0 }
            : write with { Failure = new FetchFailure(range, $"failed {random.Next()}", toldMs, random.Next(1, 9)) };
    }

    private static TimeRange Slots(int from, int to) => new(Start + (from * MinuteMs), Start + (to * MinuteMs));

    private readonly record struct AskedSlot(bool Fetched, bool Verified, string? Failure)
    {
        public AskedSlot After(BarWrite write, long timeMs)
        {
            var answered = write.Fetched?.Contains(timeMs) == true;
            return new AskedSlot(
                Fetched || answered,
                Verified || (answered && write.IsSecondAsk),
                write.Failure?.Range.Contains(timeMs) == true ? write.Failure.Message : answered ? null : Failure);
        }
    }
}
