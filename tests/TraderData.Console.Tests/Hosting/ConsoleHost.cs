using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TraderData.Cli;
using TraderData.Core;
using TraderData.Simulator;

namespace TraderData.Console.Tests;

/// <summary>The whole service, as serve composes it, over a lake in a folder of its own and a simulated exchange. Can be stopped and started again at the same address.</summary>
public sealed class ConsoleHost : IAsyncLifetime
{
    /// <summary>The key that may change things.</summary>
    public const string OperatorKey = "operator-key-of-the-console-tests-0123456789";

    private const string Pepper = "pepper-of-the-console-tests-0123456789-0123456789";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trader-data-console-");
    private SimulatorHost? _exchange;
    private WebApplication? _app;
    private int _port;

    /// <summary>Where it answers.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>The store behind it: what is written here is served and streamed.</summary>
    internal IBarStore Store => _app!.Services.GetRequiredService<IBarStore>();

    /// <summary>The round that it offers.</summary>
    internal string RoundId { get; private set; } = "";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await WriteSigningKeyAsync();
        _exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), CancellationToken.None);
        RoundId = await SampleLake.FillAsync(SettingsOf("open"), CancellationToken.None);
        await StartAsync();
    }

    /// <summary>Stores the next minute of <see cref="SampleLake.Minutes"/>, as a source's stream would.</summary>
    /// <param name="close">Its close, to the digit.</param>
    /// <returns>Its opening time.</returns>
    internal async Task<long> AddMinuteAsync(string close)
    {
        var held = await Store.FindAsync(SampleLake.Minutes, CancellationToken.None);
        var timeMs = held!.LastMs!.Value + SampleLake.Minutes.Timeframe.DurationMs;
        await SampleLake.WriteAsync(Store, SampleLake.Minutes, [SampleLake.BarAt(timeMs, "7.5", "9.5", "7", close, "12.75")], null, CancellationToken.None);
        return timeMs;
    }

    /// <summary>Starts it, at the address that it had.</summary>
    /// <param name="auth">Who may read bars: <c>open</c> or <c>required</c>.</param>
    internal async Task StartAsync(string auth = "open")
    {
        _app = await WebService.BuildAsync(SettingsOf(auth), ServiceRole.All, $"http://127.0.0.1:{_port}", LogLevel.Error, CancellationToken.None);
        await WebService.StartAsync(_app, CancellationToken.None);
        _port = new Uri(WebService.AddressOf(_app)).Port;
    }

    /// <summary>Stops it: what was connected is cut off.</summary>
    internal async Task StopAsync()
    {
        if (_app is null)
            return;
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _app = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_exchange is not null)
            await _exchange.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Settings SettingsOf(string auth)
    {
        var exchange = _exchange!.BaseUrl.ToString();
        return SettingsReader.Read(
            (nameof(Settings.DataDirectory), Path.Combine(_folder.FullName, "data")), (nameof(Settings.DatabaseUrl), ""), (nameof(Settings.AzureStorageConnectionString), ""),
            (nameof(Settings.BinanceBaseUrl), exchange), (nameof(Settings.BinanceArchiveUrl), Settings.None), (nameof(Settings.BinanceStreamUrl), Settings.None),
            (nameof(Settings.AlpacaDataUrl), exchange), (nameof(Settings.AlpacaStreamUrl), Settings.None), ($"{nameof(Settings.WatchList)}:0", "binance:BTCUSDT@1h"),
            (nameof(Settings.InfraTokenPepper), Pepper), (nameof(Settings.MarketDataAuth), auth), (nameof(Settings.RoundSigningKey), Path.Combine(_folder.FullName, "key.pem")),
            ("OperatorKey", OperatorKey));
    }

    private async Task WriteSigningKeyAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
