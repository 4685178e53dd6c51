namespace TraderData.Marketplace.Tests;

/// <summary>Several processes on one journal, as far as they differ from several stores in one: each has a reader, a lock and a memory of its own.</summary>
public sealed class JournalProcessesTests : IAsyncDisposable
{
    private readonly JournalOnTest _place = new() { LeastDead = 20 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Readers_and_writers_at_once_see_every_change_in_its_order_through_rewrites()
    {
        var vendor = Samples.Vendor("a");
        var deployment = Samples.Deployment(vendor);
        await _place.Open().AddVendorAsync(vendor, Samples.Key(vendor), Cancellation);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var (store, last) = (_place.Open(), -1);
            while (!done.IsCancellationRequested)
            {
                Assert.Single(await store.ListVendorsAsync(Cancellation));
                var heard = await store.FindHeartbeatAsync(deployment.Id, Cancellation) is { } heartbeat ? int.Parse(heartbeat.Id[3..], System.Globalization.CultureInfo.InvariantCulture) : -1;
                Assert.True(heard >= last, $"{heard} behind {last}");
                last = heard;
            }
        })).ToArray();
        var store = _place.Open();
        var others = Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            var own = _place.Open();
            for (var i = 0; i < 60; i++)
                await own.AcceptAsync(Samples.Batch(vendor, $"{writer} {i}", Samples.Signal(vendor, i, eventSecond: writer)), Cancellation);
        })).ToArray();
        for (var i = 0; i < 100; i++)
            await store.SaveHeartbeatAsync(Samples.Heartbeat(deployment, i), Cancellation);
        await Task.WhenAll(others);
        await done.CancelAsync();
        await Task.WhenAll(readers);
        var signals = await _place.Open().ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation);
        Assert.Equal(60, signals.Count);
        Assert.All(signals, signal => Assert.Equal(signal.BarTs.AddSeconds(2), signal.EventTime));
    }
}
