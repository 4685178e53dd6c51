using System.Globalization;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Exports.Tests;

/// <summary>Orders for exports: kept, run one after the other, and told of when their process is gone.</summary>
public sealed class ExportDeskTests : IAsyncDisposable
{
    private static readonly Series Btc = new("binance", "BTCUSDT", Timeframe.H1);
    private static readonly TimeRange Day = Bars.Range("2024-01-01", "2024-01-02");

    private readonly MemoryFiles _files = new();
    private readonly SetClock _clock = new("2024-06-01T10:30:00Z");
    private readonly SemaphoreSlim _held = new(0);
    private readonly List<ExportDesk> _desks = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _held.Release(1_000);
        foreach (var desk in _desks)
            await desk.DisposeAsync();
        _held.Dispose();
    }

    [Fact]
    public async Task Order_is_run_once_and_its_file_lies_under_its_id()
    {
        var desk = Desk();
        var order = Order();
        Assert.Equal(ExportState.Queued, (await desk.AddAsync(order, isAsOfNow: false, Cancellation))!.State);
        var done = await EndAsync(desk, order);
        Assert.Equal((ExportState.Done, 24L, 0L), (done.State, done.Rows, done.MissingBars));
        Assert.Equal([order.BlobName, order.BlobName + ".sha256", order.BlobName + ".manifest.json"], _files.Names);
        Assert.Equal($"exports/orders/{order.Id}/BTCUSDT_1h_20240101_20240102.csv", order.BlobName);

        Assert.Equal(ExportState.Done, (await desk.AddAsync(order, isAsOfNow: false, Cancellation))!.State);
        Assert.Equal(3, _files.Names.Count);
        Assert.Equal(done, await Desk().FindAsync(order.Id, Cancellation));
    }

    [Fact]
    public async Task Order_whose_file_was_removed_is_run_again()
    {
        var (desk, order) = (Desk(), Order());
        await desk.AddAsync(order, isAsOfNow: false, Cancellation);
        await EndAsync(desk, order);
        var bytes = _files.Content[order.BlobName];
        _files.Content.Clear();
        await desk.AddAsync(order, isAsOfNow: false, Cancellation);
        await EndAsync(desk, order);
        Assert.Equal(bytes, _files.Content[order.BlobName]);
    }

    [Fact]
    public async Task Removed_export_leaves_nothing_and_one_that_was_interrupted_can_be_removed()
    {
        var (desk, order) = (Desk(), Order());
        await desk.AddAsync(order, isAsOfNow: false, Cancellation);
        await EndAsync(desk, order);
        Assert.Equal(ExportState.Done, (await desk.RemoveAsync(order.Id, Cancellation))!.State);
        Assert.Equal(["exports/orders/index.json"], _files.Content.Keys);
        Assert.Null(await desk.RemoveAsync(order.Id, Cancellation));

        var dead = Desk(holds: true);
        await dead.AddAsync(order, isAsOfNow: false, Cancellation);
        await RunsAsync(dead, order);
        Assert.True((await Desk().RemoveAsync(order.Id, Cancellation))!.IsOpen);
        Assert.Single(await Desk().ListAsync(Cancellation));
        _clock.Now += ExportDesk.Patience + TimeSpan.FromMilliseconds(1);
        Assert.Equal(ExportState.Interrupted, (await Desk().RemoveAsync(order.Id, Cancellation))!.State);
        Assert.Empty(await Desk().ListAsync(Cancellation));
    }

    [Fact]
    public async Task Order_of_now_is_the_open_one_for_the_same()
    {
        var desk = Desk(holds: true);
        var first = await desk.AddAsync(Order(), isAsOfNow: true, Cancellation);
        var later = Order() with { AsOfMs = Order().AsOfMs + 1 };
        Assert.Equal(first!.Order.Id, (await desk.AddAsync(new ExportOrder(later.Series, later.Range, later.Layout, later.AsOfMs), isAsOfNow: true, Cancellation))!.Order.Id);
        Assert.NotEqual(first.Order.Id, (await desk.AddAsync(new ExportOrder(later.Series, later.Range, later.Layout, later.AsOfMs), isAsOfNow: false, Cancellation))!.Order.Id);
    }

    [Fact]
    public async Task Export_of_a_process_that_stops_is_interrupted_and_runs_when_it_is_asked_for_again()
    {
        var (desk, order) = (Desk(holds: true), Order());
        await desk.AddAsync(order, isAsOfNow: false, Cancellation);
        await RunsAsync(desk, order);
        await desk.DisposeAsync();
        _desks.Clear();

        var next = Desk();
        Assert.Equal(ExportState.Interrupted, (await next.FindAsync(order.Id, Cancellation))!.State);
        Assert.DoesNotContain(order.BlobName, _files.Content.Keys);
        await next.AddAsync(order, isAsOfNow: false, Cancellation);
        Assert.Equal(ExportState.Done, (await EndAsync(next, order)).State);
    }

    [Fact]
    public async Task Export_of_a_process_that_was_killed_counts_as_interrupted_after_a_minute()
    {
        var (desk, order) = (Desk(holds: true), Order());
        await desk.AddAsync(order, isAsOfNow: false, Cancellation);
        await RunsAsync(desk, order);
        var other = Desk();
        Assert.True((await other.FindAsync(order.Id, Cancellation))!.IsOpen);
        _clock.Now += ExportDesk.Patience + TimeSpan.FromMilliseconds(1);
        Assert.Equal(ExportState.Interrupted, (await other.FindAsync(order.Id, Cancellation))!.State);
        Assert.True((await desk.FindAsync(order.Id, Cancellation))!.IsOpen);
    }

    [Fact]
    public async Task Failure_is_told_and_those_behind_it_are_written()
    {
        var desk = Desk();
        var unknown = Order(symbol: "NONE");
        await desk.AddAsync(unknown, isAsOfNow: false, Cancellation);
        await desk.AddAsync(Order(), isAsOfNow: false, Cancellation);
        var failed = await EndAsync(desk, unknown);
        Assert.Equal((ExportState.Failed, true), (failed.State, failed.Error!.Contains("binance:NONE:1h", StringComparison.Ordinal)));
        Assert.Equal(ExportState.Done, (await EndAsync(desk, Order())).State);
    }

    [Fact]
    public async Task Record_that_cannot_be_read_says_what_to_do()
    {
        foreach (var text in new[] { "", "{", "{\"form\":2,\"exports\":[]}", "{\"form\":1,\"exports\":[{\"source\":\"x\"}]}" })
        {
            _files.Content["exports/orders/index.json"] = System.Text.Encoding.UTF8.GetBytes(text);
            var e = await Assert.ThrowsAsync<StorageException>(() => Desk().ListAsync(Cancellation));
            Assert.Equal(StorageErrorKind.Damaged, e.Kind);
            Assert.Contains("exports/orders/index.json", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_hundred_are_remembered_the_newest_first()
    {
        var desk = Desk();
        var orders = Enumerable.Range(0, 205).Select(i => Order() with { }).Select((o, i) => new ExportOrder(o.Series, o.Range, o.Layout, o.AsOfMs - i)).ToList();
        foreach (var order in orders)
        {
            await desk.AddAsync(order, isAsOfNow: false, Cancellation);
            await EndAsync(desk, order);
        }

        Assert.Equal(Enumerable.Reverse(orders).Take(200).Select(o => o.Id), (await desk.ListAsync(Cancellation)).Select(r => r.Order.Id));
    }

    // It has told by then that it has the order.
    private static async Task RunsAsync(ExportDesk desk, ExportOrder order)
    {
        while ((await desk.FindAsync(order.Id, Cancellation))!.State != ExportState.Running)
            await Task.Yield();
    }

    private static ExportOrder Order(string symbol = "BTCUSDT") => new(new Series("binance", symbol, Timeframe.H1), Day, new LonaLayout(LonaFormat.Csv), Day.EndMs);

    private ExportDesk Desk(bool holds = false)
    {
        var store = new HeldBars(Btc, Bars.Hours("2024-01-01", "2024-01-02")) { BeforeBlock = holds ? (_, token) => _held.Wait(token) : null, Fetched = RangeSet.Of([Day]) };
        var desk = new ExportDesk(new LonaExport(store, _files, new MemoryBook(), _clock), _files, _clock);
        _desks.Add(desk);
        return desk;
    }

    private static async Task<ExportRecord> EndAsync(ExportDesk desk, ExportOrder order)
    {
        while (true)
        {
            if (await desk.FindAsync(order.Id, Cancellation) is { IsOpen: false } record)
                return record;
            await Task.Delay(1, Cancellation);
        }
    }

    private sealed class SetClock(string iso) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
