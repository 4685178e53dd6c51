using TraderData.Testing;

namespace TraderData.Jobs.Tests;

public sealed class WatchListReloadTests
{
    private readonly World _world = new();
    private readonly FiringLog _log = new();
    private readonly CapturedLog _notes = new();
    private string[] _settings = ["model:AAA@1m", "model:AAA@1h"];

    [Fact]
    public async Task Changed_list_is_fetched_and_scheduled_while_the_worker_runs()
    {
        await using var worker = await StartAsync();
        await _log.WhenAsync(done => done.Count(f => f.TriggerGroup == "catch-up") == 2);

        _settings = ["model:AAA@1m", "model:BBB@1d"];
        await worker.ReadWatchListAsync();
        await _log.WhenAsync(done => done.Count(f => f.TriggerGroup == "catch-up") == 3);

        Assert.Equal(["model:1d 2 0 0 * * ?", "model:1m 2 * * * * ?"], await worker.TriggersAsync());
        Assert.NotNull(await _world.Store.FindAsync(World.Series("BBB", "1d"), TestContext.Current.CancellationToken));
        var jobs = await worker.Control.ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([World.Series("BBB", "1d")], jobs.Single(job => job.Name == "ingest:model:1d").Series);
        Assert.Empty(_notes.Entries);
    }

    [Fact]
    public async Task Wrong_list_is_told_once_and_the_one_before_goes_on()
    {
        await using var worker = await StartAsync();
        var before = await worker.TriggersAsync();

        _settings = ["moon:AAA@1m", "model:BBB@2x"];
        await worker.ReadWatchListAsync();
        await worker.ReadWatchListAsync();

        Assert.Equal(before, await worker.TriggersAsync());
        Assert.Equal(
            "the watch list was read again and is not taken, the one before goes on: watch list: timeframe must be one of 1m 5m 15m 30m 1h 4h 1d 1w, was '2x' in 'model:BBB@2x'; "
            + "watch list: source must be one of model, was 'moon'",
            Assert.Single(_notes.Entries).Text);

        // Taken back: nothing is to be done, and a new fault is told again.
        _settings = ["model:AAA@1m", "model:AAA@1h"];
        await worker.ReadWatchListAsync();
        _settings = ["moon:AAA@1m"];
        await worker.ReadWatchListAsync();
        Assert.Equal(2, _notes.Entries.Count);
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_now_are_read_at_the_next_look()
    {
        var broken = false;
        await using var worker = await StartAsync(() => broken ? throw new InvalidDataException("appsettings.json is malformed") : _settings);
        (broken, _settings) = (true, ["model:CCC@1m"]);
        await worker.ReadWatchListAsync();
        Assert.EndsWith(": appsettings.json is malformed", Assert.Single(_notes.Entries).Text, StringComparison.Ordinal);

        broken = false;
        await worker.ReadWatchListAsync();

        Assert.Equal(["model:1m 2 * * * * ?"], await worker.TriggersAsync());
    }

    private Task<Worker> StartAsync(Func<IEnumerable<string>>? read = null) =>
        Worker.StartAsync(_world, _log, null, readWatchList: read ?? (() => _settings), logs: _notes, watchList: _settings);
}
