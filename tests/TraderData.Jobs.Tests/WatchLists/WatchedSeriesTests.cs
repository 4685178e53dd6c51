using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class WatchedSeriesTests
{
    private readonly NoteLog _notes = new();
    private readonly World _world;
    private readonly List<Instrument> _listed = [Listed("BTCUSDT"), Listed("ETHUSDT"), Listed("ETHBTC"), Listed("OLDUSDT", trading: false)];

    public WatchedSeriesTests()
    {
        _world = new World { Log = _notes };
        _world.Source.Lists = () => _listed;
    }

    [Fact]
    public async Task Pattern_is_all_that_trades_and_a_symbol_itself()
    {
        Assert.Equal(["ETHBTC", "BTCUSDT", "ETHUSDT", "UNLISTED"], await SymbolsAsync(Watched("model:ETHBTC@1m", "model:*USDT@1m", "model:ETHUSDT,UNLISTED@1m", "model:*@1h")));
        Assert.Empty(_notes.Lines);
    }

    [Fact]
    public async Task What_is_listed_anew_comes_in_and_what_is_delisted_leaves_with_a_note_within_an_hour()
    {
        var watched = Watched("model:*USDT@1m", "model:ETHBTC@1m");
        Assert.Equal(["BTCUSDT", "ETHUSDT", "ETHBTC"], await SymbolsAsync(watched));
        _listed.Add(Listed("NEWUSDT"));
        _listed.RemoveAll(i => i.Symbol is "ETHUSDT");
        _listed.RemoveAll(i => i.Symbol is "ETHBTC");
        _listed.Add(Listed("ETHBTC", trading: false));
        _world.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(["BTCUSDT", "ETHUSDT", "ETHBTC"], await SymbolsAsync(watched));

        _world.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["BTCUSDT", "NEWUSDT"], await SymbolsAsync(watched));
        Assert.Equal(["BTCUSDT", "NEWUSDT"], await SymbolsAsync(watched));
        Assert.Equal(
            [
                "model:ETHUSDT is left out of the watch list since 2024-03-10T13:34:56Z: gone from the list; its history stays",
                "model:ETHBTC is left out of the watch list since 2024-03-10T13:34:56Z: not trading any more; its history stays",
            ],
            _notes.Lines);

        _listed.Add(Listed("ETHUSDT"));
        _world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["BTCUSDT", "ETHUSDT", "NEWUSDT"], await SymbolsAsync(watched));
    }

    [Fact]
    public async Task Source_that_cannot_be_asked_is_taken_at_its_last_word_and_asked_again_at_once()
    {
        var watched = Watched("model:*USDT@1m");
        await SymbolsAsync(watched);
        _world.Time.Advance(TimeSpan.FromHours(2));
        _world.Source.Lists = () => throw new SourceException(SourceErrorKind.Unavailable, "model is down");

        // Also by a process that was started meanwhile.
        Assert.Equal(["BTCUSDT", "ETHUSDT"], await SymbolsAsync(watched));
        Assert.Equal(["BTCUSDT", "ETHUSDT"], await SymbolsAsync(Watched("model:*USDT@1m")));
        Assert.All(_notes.Lines, line => Assert.Equal("what model lists could not be read, the watch list goes by what it listed before: model is down", line));
        Assert.Equal(2, _notes.Lines.Count);

        _world.Source.Lists = () => [.. _listed, Listed("NEWUSDT")];
        Assert.Equal(["BTCUSDT", "ETHUSDT", "NEWUSDT"], await SymbolsAsync(watched));
    }

    [Fact]
    public async Task Pattern_of_a_source_that_was_never_asked_fails_and_symbols_go_on()
    {
        _world.Source.Lists = () => throw new SourceException(SourceErrorKind.Unavailable, "model is down");

        await Assert.ThrowsAsync<SourceException>(() => SymbolsAsync(Watched("model:*USDT@1m")));
        Assert.Equal(["BTCUSDT"], await SymbolsAsync(Watched("model:BTCUSDT@1m")));
    }

    [Fact]
    public async Task List_that_was_cut_short_is_not_believed()
    {
        _listed.AddRange(Enumerable.Range(0, 10).Select(i => Listed($"C{i}USDT")));
        var watched = Watched("model:*USDT@1m");
        var before = await SymbolsAsync(watched);
        _listed.RemoveRange(5, _listed.Count - 5);
        _world.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(before, await SymbolsAsync(watched));
        Assert.Equal(
            "what model lists could not be read, the watch list goes by what it listed before: what model lists: 4 instruments that trade; expected about the 13 of before",
            Assert.Single(_notes.Lines));
    }

    [Fact]
    public async Task Pattern_without_a_match_is_told_of_once()
    {
        var watched = Watched("model:*DOGE@1m");

        Assert.Empty(await SymbolsAsync(watched));
        Assert.Empty(await SymbolsAsync(watched));
        Assert.Equal("watch list: model:*DOGE@1m matches nothing that model trades", Assert.Single(_notes.Lines));
    }

    [Fact]
    public async Task Ingest_of_a_pattern_brings_bars_of_all_that_it_stands_for()
    {
        var report = await _world.IngestAsync("1m", "model:*USDT@1m");

        Assert.Equal(["BTCUSDT", "ETHUSDT"], report.Series.Select(s => s.Series.Symbol));
        Assert.All(report.Series, s => Assert.Equal(1_440, s.Written.Inserted));
    }

    private static Instrument Listed(string symbol, bool trading = true) => new("model", symbol, AssetClass.Crypto, trading, null, null);

    private static async Task<string[]> SymbolsAsync(WatchedSeries watched) =>
        [.. (await watched.OfAsync("model", Timeframe.M1, TestContext.Current.CancellationToken)).Select(s => s.Symbol)];

    private WatchedSeries Watched(params string[] entries) => _world.Watched(WatchList.Parse(entries, out _));

    private sealed class NoteLog : ILogger<WatchedSeries>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
