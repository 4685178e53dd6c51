using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Rounds;
using TraderData.Storage;

namespace TraderData.Marketplace.Tests;

/// <summary>Real rounds of some hours of made bars, in a folder of one test.</summary>
internal sealed class MadeRounds : IAsyncDisposable
{
    private static readonly long StartMs = DateTimeOffset.Parse("2026-10-01T00:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private readonly string _folder = Directory.CreateTempSubdirectory("trader-data-rounds-").FullName;
    private readonly TestTime _time;
    private readonly TraderDataStorage _storage;
    private readonly PemSigner _signer = NewSigner();

    private MadeRounds(TestTime time)
    {
        _time = time;
        _storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder }, NullLoggerFactory.Instance, time);
        Shelf = new RoundShelf(_storage.Files, time);
        Links = new RoundLinks(MarketHost.Pepper, time);
        Desk = new RoundDesk(new RoundBuilder(_storage.Bars, _storage.Files, _storage.Instruments), _storage.Files, Shelf, _signer);
    }

    public RoundShelf Shelf { get; }

    public RoundLinks Links { get; }

    public RoundDesk Desk { get; }

    public static async Task<MadeRounds> CreateAsync(TestTime time)
    {
        var made = new MadeRounds(time);
        await made._storage.Bars.WriteAsync(
            new Series("binance", "BTCUSDT", Timeframe.H1), new BarWrite(Walk(400), Provenance.Unknown), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMinutes(1));
        return made;
    }

    /// <summary>Has a host serve them.</summary>
    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IRounds>(Shelf).AddSingleton(Links);
        // As the program has it: the framework logs queries, and that of a link is a secret.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    /// <summary>Builds and publishes a round, and makes it current.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> PublishAsync(string name)
    {
        var spec = new RoundSpec
        {
            Name = name,
            Universe = [new RoundSymbol("binance", "BTCUSDT")],
            Timeframes = [Timeframe.H1],
            Splits = RoundSplits.At(new TimeRange(StartMs, StartMs + (400 * 3_600_000L)), StartMs + (240 * 3_600_000L), StartMs + (320 * 3_600_000L)),
            EmbargoBars = 20,
            Horizons = [1],
            Features = ["log_return"],
            AsOfMs = _time.GetUtcNow().ToUnixTimeMilliseconds() - 20_000,
        };
        var round = await Desk.CreateAsync(spec, null, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(2));
        return (await Desk.PublishAsync(round.RoundId, makeCurrent: true, null, TestContext.Current.CancellationToken)).RoundId;
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static PemSigner NewSigner()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, PemSigner.Generate().Pem);
        var signer = PemSigner.Open(path);
        File.Delete(path);
        return signer;
    }

    private static BarBlock Walk(int count)
    {
        var (builder, random) = (new BarBlockBuilder("made"), new Random(5));
        for (var i = 0; i < count; i++)
        {
            var (open, close) = (random.Next(40_000, 41_000), random.Next(40_000, 41_000));
            builder.Add(new Bar(StartMs + (i * 3_600_000L), new(open, 1), new(42_000, 1), new(39_000, 1), new(close, 1), new(random.Next(1, 900), 2), null, null));
        }

        return builder.Build();
    }
}
