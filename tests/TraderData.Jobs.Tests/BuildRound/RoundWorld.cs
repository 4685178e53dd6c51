using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Rounds;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

/// <summary>A lake in a folder, a key, and a clock that stands at a Saturday night until it is put forward; the round of each Monday is cut from it.</summary>
internal sealed class RoundWorld : IAsyncDisposable
{
    private static readonly Series Btc = new("binance", "BTCUSDT", Timeframe.H1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trader-data-rounds-");
    private readonly TraderDataStorage _storage;
    private readonly PemSigner _signer;
    private readonly ILoggerFactory _loggers;

    public RoundWorld()
    {
        Clock = new SetClock(Ms("2024-02-10T02:00:00Z"));
        _storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = Folder }, NullLoggerFactory.Instance, Clock);
        var key = Path.Combine(Folder, "key.pem");
        File.WriteAllText(key, PemSigner.Generate().Pem);
        _signer = PemSigner.Open(key);
        Rounds = new RoundShelf(_storage.Files, Clock);
        Desk = new RoundDesk(new RoundBuilder(_storage.Bars, _storage.Files, _storage.Instruments) { CodeVersion = "test" }, _storage.Files, Rounds, _signer);
        Options = new JobsOptions
        {
            BuildRound = new BuildRoundOptions
            {
                SpecFile = Write("""
                    {"name":"weekly","universe":["binance:BTCUSDT"],"timeframes":["1h"],"last":"30d","splits":{"train":0.6,"validation":0.2,"test":0.2},"features":["log_return"],"expires_after":"30d"}
                    """),
            },
        };
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
    }

    public string Folder => _folder.FullName;

    public SetClock Clock { get; }

    public RoundShelf Rounds { get; }

    public RoundDesk Desk { get; }

    public JobsOptions Options { get; }

    public CapturedLog Log { get; } = new() { Least = LogLevel.Information };

    public static long Ms(string iso) => TimeText.TryParse(iso, out var ms) ? ms : throw new FormatException(iso);

    public string FolderOf(string roundId) => Path.Combine(Folder, "rounds", roundId);

    public string Write(string spec)
    {
        var path = Path.Combine(Folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, spec);
        return path;
    }

    /// <summary>Stores bars of each hour, whose values are restatements when there are some.</summary>
    public Task FillAsync(int seed = 1)
    {
        var (random, builder) = (new Random(seed), new BarBlockBuilder("made"));
        for (var hour = 0; hour < 60 * 24; hour++)
        {
            var price = 4_000_000 + random.Next(9_000);
            builder.Add(new Bar(Ms("2024-01-03") + (hour * 3_600_000L), new(price, 2), new(price + 10, 2), new(price - 10, 2), new(price, 2), new(random.Next(1, 9_000), 3), null, null));
        }

        return _storage.Bars.WriteAsync(Btc, new BarWrite(builder.Build(), new Provenance(AssetClass.Crypto)), TestContext.Current.CancellationToken);
    }

    public async Task RunAsync() =>
        await new BuildRoundJob(Desk, Rounds, Options, Clock, _loggers.CreateLogger<BuildRoundJob>()).Execute(null!, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _loggers.Dispose();
        _signer.Dispose();
        await _storage.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
