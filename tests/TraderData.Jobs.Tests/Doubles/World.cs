using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

/// <summary>A source, a store and the jobs between them.</summary>
internal sealed class World
{
    private readonly CancellationTokenSource _life = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public static readonly long NowMs = Ms("2024-03-10T12:34:56Z");

    public ModelSource Source { get; init; } = new(NowMs);

    public MemoryStore Store { get; init; } = new();

    public MemoryJobHistory History { get; } = new();

    public ISealer? Sealer { get; init; }

    public MemoryBook Book { get; } = new();

    public MemoryWatchDates Dates { get; } = new();

    public SetClock Time { get; } = new(NowMs);

    public ILogger<WatchedSeries> Log { get; init; } = NullLogger<WatchedSeries>.Instance;

    public BackfillOptions BackfillOptions { get; } = new() { ParallelSeries = 1 };

    public IngestOptions IngestOptions { get; } = new();

    public Backfill Backfill => new([Source], Store, Store, BackfillOptions, Time, NullLogger<Backfill>.Instance, Sealer);

    public static long Ms(string text) => TimeText.TryParse(text, out var ms) ? ms : throw new FormatException(text);

    public static TimeRange Range(string start, string end) => new(Ms(start), Ms(end));

    public static BackfillRequest Request(string symbols, string timeframe, string start, string end, bool again = false) =>
        new("model", symbols.Split(','), Timeframe.Parse(timeframe), Range(start, end), again);

    public static Series Series(string symbol, string timeframe) => new("model", symbol, Timeframe.Parse(timeframe));

    public Ingest Ingest(params string[] watchList)
    {
        var list = WatchList.Parse(watchList, out var errors);
        Assert.Empty(errors);
        return new Ingest([Source], Watched(list), Dates, Store, Store, IngestOptions, BackfillOptions, Time, NullLogger<Ingest>.Instance);
    }

    public WatchedSeries Watched(WatchList list) => new([Source], new CurrentWatchList(list), Book, Time, Log);

    public Task<BackfillReport> RunAsync(BackfillRequest request) => Backfill.RunAsync(request, null, _life.Token);

    public Task<IngestReport> IngestAsync(string timeframe, params string[] watchList) =>
        Ingest(watchList).RunAsync("model", Timeframe.Parse(timeframe), _life.Token);

    /// <summary>Ends this life of the process at this very place: nothing after it happens.</summary>
    public void Kill()
    {
        _life.Cancel();
        _life.Token.ThrowIfCancellationRequested();
    }
}
