using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

/// <summary>Scheduled exports for Lona: whatever happens, each is written whole and uploaded once.</summary>
public sealed class ExportLonaTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Due = DateTimeOffset.Parse("2024-01-11T03:45:00Z", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly Series Btc = new("binance", "BTCUSDT", Timeframe.H1);

    private readonly string _folder = Directory.CreateTempSubdirectory("lona-job-").FullName;
    private readonly CapturedLog _log = new() { Least = LogLevel.Information };
    private TraderDataStorage _storage = null!;
    private StandInGateway _standIn = null!;
    private LonaGateway _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_folder, "exports", "lona", "binance", "BTCUSDT", "1h");

    public async ValueTask InitializeAsync()
    {
        _storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder }, NullLoggerFactory.Instance);
        _standIn = await StandInGateway.StartAsync();
        _gateway = new LonaGateway(
            new LonaGatewayOptions { Url = _standIn.Address, Token = StandInGateway.Token, AgentId = StandInGateway.Agent, FirstRetry = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
        var builder = new BarBlockBuilder(Btc.ToString());
        var start = Due.AddDays(-9).ToUnixTimeMilliseconds();
        for (var i = 0; i < 200; i++)
            builder.Add(new Bar(Timeframe.H1.Floor(start) + (i * Timeframe.H1.DurationMs), new ScaledDecimal(10, 0), new ScaledDecimal(12, 0), new ScaledDecimal(9, 0), new ScaledDecimal(11, 0), new ScaledDecimal(i, 1)));
        await _storage.Bars.WriteAsync(Btc, new BarWrite(builder.Build(), new Provenance(AssetClass.Crypto)), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        await _standIn.DisposeAsync();
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Export_that_is_due_is_written_and_uploaded_once_however_often_it_is_run()
    {
        Assert.Empty(await RunAsync());
        Assert.Empty(await RunAsync());

        var symbol = Assert.Single(_standIn.Symbols.Values);
        Assert.Equal("BTCUSDT_1h_20240101_20240111", symbol.Name);
        Assert.Equal(201, symbol.Data.TrimEnd().Split('\n').Length);
        Assert.Equal(symbol.Data, await File.ReadAllTextAsync(Path.Combine(Folder, "20240101_20240111.csv"), Cancellation));
        Assert.Single(_standIn.Asked, asked => asked.StartsWith("POST", StringComparison.Ordinal));
        Assert.Single(_log.Entries, entry => entry.Text.Contains("is exported to", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upload_whose_answer_was_lost_is_found_by_its_name()
    {
        _standIn.Fault = method => method == "POST" ? new StandInFault(IsDone: true, null) : null;
        Assert.Contains("It is not known whether", Assert.Single(await RunAsync()), StringComparison.Ordinal);
        _standIn.Fault = _ => null;
        Assert.Empty(await RunAsync());
        Assert.Single(_standIn.Symbols);
    }

    [Fact]
    public async Task Export_that_was_killed_before_its_manifest_is_written_anew()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "20240101_20240111.csv"), "timestamp,op", Cancellation);
        Assert.Empty(await RunAsync());
        Assert.Equal(201, Assert.Single(_standIn.Symbols.Values).Data.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task Series_that_fails_is_told_and_holds_up_no_other()
    {
        var failed = Assert.Single(await RunAsync("binance:NOTHELD,BTCUSDT@1h:10d"));
        Assert.StartsWith("binance:NOTHELD:1h: no bars of binance:NOTHELD:1h are held", failed, StringComparison.Ordinal);
        Assert.Single(_standIn.Symbols);
    }

    [Fact]
    public async Task Without_a_gateway_there_are_files_alone()
    {
        Assert.Empty(await Exports("binance:BTCUSDT@1h:10d").RunAsync(Due, Cancellation));
        Assert.Equal(3, Directory.GetFiles(Folder).Length);
        Assert.Empty(_standIn.Asked);
    }

    [Theory]
    [InlineData("BTCUSDT@1h:10d", "an entry must be like binance:BTCUSDT,ETHUSDT@1h:365d")]
    [InlineData("binance:BTCUSDT@1h", "an entry must be like")]
    [InlineData("binance:BTCUSDT@1w:10d", "timeframe must be one of 1m 5m 15m 30m 1h 4h 1d, was '1w'")]
    [InlineData("binance:BTCUSDT@1h:10h", "how far back must be 1d to 36500d, was '10h'")]
    [InlineData("binance:btcusdt@1h:10d", "symbol must be upper case, was 'btcusdt'")]
    public void Entry_that_is_wrong_is_named(string entry, string fault) =>
        Assert.Contains(fault, Assert.Single(new ExportLonaOptions { Entries = [entry] }.Check()), StringComparison.Ordinal);

    private Task<IReadOnlyList<string>> RunAsync(string entry = "binance:BTCUSDT@1h:10d") => Exports(entry, _gateway).RunAsync(Due, Cancellation);

    private ExportLona Exports(string entry, params LonaGateway[] gateways)
    {
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var export = new LonaExport(_storage.Bars, _storage.Files, _storage.Instruments, TimeProvider.System);
        return new ExportLona(new JobsOptions { ExportLona = new ExportLonaOptions { Entries = [entry] } }, export, _storage.Bars, _storage.Files, gateways, loggers.CreateLogger<ExportLona>());
    }
}
