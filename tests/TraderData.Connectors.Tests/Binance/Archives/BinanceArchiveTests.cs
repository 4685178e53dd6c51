using FsCheck;
using FsCheck.Fluent;
using TraderData.Connectors.Binance;
using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>Archives over HTTP: the same bars as the API's, and what is said when they are not to be had.</summary>
public sealed class BinanceArchiveTests : IAsyncLifetime
{
    private static readonly string[] Symbols = ["BTCUSDT", "ETHUSDT", "BNBUSDT"];
    private readonly FastClock _clock = new(new DateTimeOffset(2025, 3, 20, 15, 0, 0, TimeSpan.Zero));
    private readonly ListLogger<BinanceSource> _log = new();
    private readonly HttpClient _http = SourceHttpClient.Create();
    private SimulatorHost _simulator = null!;
    private SourceBudget _budget = null!;
    private BinanceSource _source = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IBarArchive Archive => _source.Archive!;

    public async ValueTask InitializeAsync()
    {
        _simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Clock = _clock, BinanceWeightPerMinute = 1_000_000 }, Cancel);
        var http = new SourceHttpOptions { AttemptTimeout = FastClock.Deadline };
        var options = new BinanceOptions { BaseUrl = _simulator.BaseUrl, Http = http, Budget = new SourceBudgetOptions { LimitPerMinute = 1_000_000 } };
        var archive = new BinanceArchiveOptions { BaseUrl = _simulator.BaseUrl, Http = http };
        _budget = new SourceBudget("binance archives", archive.BaseUrl, archive.Budget, new MemoryBudgetStore(), _clock, _log);
        _source = new BinanceSource(_http, options, new SourceBudget("binance", options.BaseUrl, options.Budget, new MemoryBudgetStore(), _clock, _log), _clock, _log)
        {
            Archive = new BinanceArchive(_http, archive, _budget, _clock, new Forward<BinanceArchive>(_log)),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _simulator.DisposeAsync();
        _budget.Dispose();
        _http.Dispose();
    }

    [Fact]
    [Rule("B27")]
    public void Archive_gives_the_bars_of_the_api_for_any_symbol_timeframe_and_day()
    {
        var timeframes = Timeframe.Standard.SkipLast(1).ToArray();
        var first = new DateTime(2023, 1, 1);
        var cases = Gen.Elements(Symbols).Zip(Gen.Elements(timeframes)).Zip(Gen.Choose(0, 790).Select(day => first.AddDays(day)));
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (symbol, timeframe, day) = (c.Item1.Item1, c.Item1.Item2, c.Item2);
            var ms = new DateTimeOffset(day, TimeSpan.Zero).ToUnixTimeMilliseconds();
            var files = Archive.FilesOf(new Series("binance", symbol, timeframe), new TimeRange(ms, ms + 1));
            return files.Where(f => f.Period == ArchivePeriod.Day || timeframe.DurationMs > 600_000).All(file => IsSameAsync(file).GetAwaiter().GetResult());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    // Milliseconds, microseconds, a halt in the middle, and a month of minutes.
    [Theory]
    [Rule("B27")]
    [InlineData("BTCUSDT", "2024-12-31", "1m")]
    [InlineData("BTCUSDT", "2025-01-01", "1m")]
    [InlineData("ETHUSDT", "2024-08-13", "5m")]
    public async Task Archive_of_a_month_gives_the_bars_of_the_api(string symbol, string day, string timeframe) =>
        Assert.True(await IsSameAsync(ArchiveText.Month(day, timeframe, symbol)));

    [Theory]
    [Rule("B25")]
    [InlineData(FaultKind.HeaderLine)]
    [InlineData(FaultKind.HalfDoneRow)]
    public async Task File_with_a_header_or_a_half_done_row_gives_the_same_bars(FaultKind kind)
    {
        _simulator.Faults.Add(new Fault(kind));
        Assert.True(await IsSameAsync(ArchiveText.Day("2025-01-31")));
        Assert.Equal(1, _simulator.Stats.FaultsGiven);
    }

    [Theory]
    [Rule("B26")]
    [InlineData(FaultKind.WrongChecksum, "binance:BTCUSDT:1h BTCUSDT-1h-2025-01-31.zip: sha256 ", "which its checksum file says")]
    [InlineData(FaultKind.Truncated, "binance:BTCUSDT:1h BTCUSDT-1h-2025-01-31.zip: ", " bytes that are no whole zip file (End of Central Directory record could not be found.); expected a zip file")]
    [InlineData(FaultKind.OffGridRow, "binance:BTCUSDT:1h BTCUSDT-1h-2025-01-31.zip row 12: time 2025-01-31T12:00:07Z; expected a time on the 1h grid: 1738324807000000,", "")]
    [InlineData(FaultKind.DuplicateRow, "binance:BTCUSDT:1h BTCUSDT-1h-2025-01-31.zip row 13: time 2025-01-31T12:00:00Z after 2025-01-31T12:00:00Z; expected strictly rising times: 1738324800000000,", "")]
    [InlineData(FaultKind.RuleBreakingRow, "binance:BTCUSDT:1h BTCUSDT-1h-2025-01-31.zip row 12: low 9", "expected low ≤ open")]
    public async Task Bad_file_is_refused_whole_in_words_for_an_operator(FaultKind kind, string start, string also)
    {
        _simulator.Faults.Add(new Fault(kind));
        var file = ArchiveText.Day("2025-01-31");

        var e = await Assert.ThrowsAsync<BadDataException>(() => Archive.ReadAsync(file, long.MaxValue, Cancel));

        Assert.StartsWith(start, e.Message, StringComparison.Ordinal);
        Assert.Contains(also, e.Message, StringComparison.Ordinal);
        Assert.Contains(_log.Lines, l => l.StartsWith("Information 3001 A page was refused whole: " + start, StringComparison.Ordinal));
        Assert.True(await IsSameAsync(file));
    }

    [Fact]
    [Rule("B22")]
    public async Task File_that_is_not_there_is_an_answer()
    {
        _simulator.Faults.Add(new Fault(FaultKind.NotPublished));
        Assert.Null(await Archive.ReadAsync(ArchiveText.Day("2025-01-31"), long.MaxValue, Cancel));
        Assert.Null(await Archive.ReadAsync(ArchiveText.Day("2025-03-20"), long.MaxValue, Cancel));
        Assert.Null(await Archive.ReadAsync(ArchiveText.Month("2025-03-01", "1m"), long.MaxValue, Cancel));
        Assert.Null(await Archive.ReadAsync(ArchiveText.Day("2015-01-01"), long.MaxValue, Cancel));
        Assert.Null(await Archive.ReadAsync(ArchiveText.Day("2025-01-31", "NOSUCHUSDT"), long.MaxValue, Cancel));
        Assert.DoesNotContain(_log.Lines, l => l.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FaultKind.Status)]
    [InlineData(FaultKind.ConnectionReset)]
    [InlineData(FaultKind.TooManyRequests)]
    public async Task Fault_that_passes_is_tried_again(FaultKind kind)
    {
        _simulator.Faults.Add(new Fault(kind) { Contains = ".zip", Status = 503, Count = 2 });
        Assert.True(await IsSameAsync(ArchiveText.Day("2025-01-31")));
        Assert.Equal(2, _log.Lines.Count(l => l.StartsWith("Warning 3000 binance archives: GET /data/spot/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2025-01-31.zip", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Archives_that_are_closed_to_us_say_so_and_spend_no_weight()
    {
        _simulator.Faults.Add(new Fault(FaultKind.RegionBlocked));
        var e = await Assert.ThrowsAsync<SourceException>(() => Archive.ReadAsync(ArchiveText.Day("2025-01-31"), long.MaxValue, Cancel));
        Assert.Equal((SourceErrorKind.RegionBlocked, false), (e.Kind, e.IsTransient));
        Assert.StartsWith("binance archives: GET /data/spot/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2025-01-31.zip.CHECKSUM answered 451", e.Message, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await Archive.ReadAsync(ArchiveText.Day("2025-01-31"), long.MaxValue, Cancel));
        Assert.Equal(0, _simulator.Stats.RequestsTo("/api/v3/klines"));
    }

    [Fact]
    public async Task File_that_is_too_large_is_refused()
    {
        var options = new BinanceArchiveOptions { BaseUrl = _simulator.BaseUrl, Http = new SourceHttpOptions { AttemptTimeout = FastClock.Deadline, MaxResponseBytes = 5_000 } };
        var archive = new BinanceArchive(_http, options, _budget, _clock, new Forward<BinanceArchive>(_log));
        var e = await Assert.ThrowsAsync<BadDataException>(() => archive.ReadAsync(ArchiveText.Month("2025-01-31", "1h"), long.MaxValue, Cancel));
        Assert.Contains("an answer of more than 5000 bytes", e.Message, StringComparison.Ordinal);
    }

    private async Task<bool> IsSameAsync(ArchiveFile file)
    {
        var nowMs = await _source.GetTimeAsync(Cancel);
        var archived = await Archive.ReadAsync(file, nowMs, Cancel);
        var pages = new List<BarBlock>();
        await foreach (var page in _source.FetchBarsAsync(file.Series.Symbol, file.Series.Timeframe, file.Range, Cancel))
            pages.Add(page.Bars);
        var asked = BarMerge.MergeAll(pages);
        Assert.NotNull(archived);
        Assert.Equal(file.Range, archived.Answered);
        Assert.Equal(ArchiveText.Of(asked), ArchiveText.Of(archived.Bars));
        return asked.Count > 0;
    }
}
