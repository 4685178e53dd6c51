using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TraderData.Api;
using TraderData.Connectors;
using TraderData.Core;
using TraderData.Jobs;
using TraderData.Simulator;

namespace TraderData.Cli;

/// <summary><c>demo</c>: everything at once, on a simulated exchange, so that it needs no network and no key.</summary>
internal static class DemoCommand
{
    // Apart from ./data, so that simulated prices never stand among real ones.
    private const string DefaultData = "./data/demo";
    private const string DefaultLiveData = "./data/demo-live";
    private static readonly string[] Crypto = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT"];
    private static readonly string[] Stocks = ["SPY", "AAPL"];

    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = $"The data folder (default {DefaultData}, with --live {DefaultLiveData})", HelpName = "DIR" };
        var port = new Option<string?>("--port") { Description = "The port of the HTTP API (default 8000)", HelpName = "8000" };
        var live = new Option<bool>("--live") { Description = "Use Binance itself instead of the simulated exchange" };
        var exit = new Option<bool>("--exit-after-ingest") { Description = "Stop once the bars are in" };
        var command = new Command("demo", "Ingest, serve and keep ingesting; needs no network and no key") { data, port, live, exit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isLive = parsed.GetValue(live);
            var folder = parsed.GetValue(data) ?? (isLive ? DefaultLiveData : DefaultData);
            var simulator = isLive ? null : await SimulatorHost.StartAsync(new SimulatorOptions(), cancellationToken).ConfigureAwait(false);
            try
            {
                var settings = SettingsOf(folder, parsed.GetValue(port), simulator);
                // Whoever has set one knows it.
                var key = settings.OperatorKey.Length > 0 ? null : settings.OperatorKey = RandomNumberGenerator.GetHexString(OperatorKey.LeastLength, lowercase: true);
                var app = await WebService.BuildAsync(settings, ServiceRole.All, null, LogLevel.Warning, cancellationToken).ConfigureAwait(false);
                await using (app.ConfigureAwait(false))
                    return await RunAsync(app, folder, isLive, parsed.GetValue(exit), key, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (simulator is not null)
                    await simulator.DisposeAsync().ConfigureAwait(false);
            }
        });
        return command;
    }

    private static Settings SettingsOf(string folder, string? port, SimulatorHost? simulator)
    {
        // The demo is embedded whatever the environment says: it must not fill somebody's database with simulated prices.
        var flags = new List<(string, string?)>
        {
            (nameof(Settings.DataDirectory), folder), (nameof(Settings.Port), port), (nameof(Settings.DatabaseUrl), ""),
            (nameof(Settings.AzureStorageConnectionString), ""), (nameof(Settings.StreamsEnabled), "true"), (nameof(Settings.RoundSpec), ""),
        };
        if (simulator is not null)
        {
            flags.Add((nameof(Settings.BinanceBaseUrl), simulator.BaseUrl.ToString()));
            flags.Add((nameof(Settings.BinanceArchiveUrl), simulator.BaseUrl.ToString()));
            flags.Add((nameof(Settings.BinanceStreamUrl), simulator.StreamUrl.ToString()));
            flags.Add((nameof(Settings.AlpacaDataUrl), simulator.BaseUrl.ToString()));
            flags.Add((nameof(Settings.AlpacaStreamUrl), simulator.StreamUrl.ToString()));
            // Streams of Alpaca need keys; the simulator takes any, and gets none of somebody's own.
            flags.AddRange([(nameof(Settings.AlpacaApiKey), "simulated"), (nameof(Settings.AlpacaApiSecret), "simulated")]);
        }

        var watched = Crypto.Select(symbol => $"binance:{symbol}@1m,1h,1d").Concat(simulator is null ? [] : Stocks.Select(symbol => $"alpaca:{symbol}@1m,1h,1d"));
        flags.AddRange(watched.Select((entry, index) => ($"{nameof(Settings.WatchList)}:{index}", (string?)entry)));
        return SettingsReader.Read(flags);
    }

    private static async Task<int> RunAsync(WebApplication app, string folder, bool isLive, bool exit, string? key, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync(
            $"Fetching a month of 1m and a year of 1h and 1d bars from {(isLive ? "Binance" : "a simulated exchange")} into {Path.GetFullPath(folder)} …").ConfigureAwait(false);
        var failed = false;
        foreach (var request in await RequestsAsync(app.Services, cancellationToken).ConfigureAwait(false))
            failed |= (await BackfillRun.RunAsync(app.Services, request, cancellationToken).ConfigureAwait(false)).Failed;
        if (exit)
        {
            await Console.Out.WriteLineAsync(WhatToTry(null, null, folder)).ConfigureAwait(false);
            return failed ? ExitCode.Failed : ExitCode.Ok;
        }

        await WebService.StartAsync(app, cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(WhatToTry(WebService.AddressOf(app), key, folder)).ConfigureAwait(false);
        await Console.Error.WriteLineAsync("New bars come in as their minutes close. Ctrl+C stops it; started again it goes on where it was.").ConfigureAwait(false);
        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static async Task<List<BackfillRequest>> RequestsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var watchList = services.GetRequiredService<CurrentWatchList>().Value;
        var watched = services.GetRequiredService<WatchedSeries>();
        var requests = new List<BackfillRequest>();
        foreach (var source in services.GetServices<IMarketDataSource>())
        {
            foreach (var timeframe in watchList.Keys.Where(key => key.Source == source.Name).Select(key => key.Timeframe))
            {
                var now = await source.GetTimeAsync(cancellationToken).ConfigureAwait(false);
                var series = await watched.OfAsync(source.Name, timeframe, cancellationToken).ConfigureAwait(false);
                var days = timeframe == Timeframe.M1 ? 30 : 365;
                var range = new TimeRange(Timeframe.D1.Floor(now) - (days * Timeframe.D1.DurationMs), now);
                requests.Add(new BackfillRequest(source.Name, [.. series.Select(s => s.Symbol)], timeframe, range));
            }
        }

        return requests;
    }

    // Without an address nothing is served any more. The key is of this run alone, and its page is for who started it.
    private static string WhatToTry(string? address, string? key, string folder) => $"""

        Try:
        {(address is null ? "" : $"""
          {address}/{(key is null ? "" : $"#key={key}")} in a browser: the console, with a key for this run
          curl '{address}/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=3'
          curl '{address}/api/data/coverage?symbol=SPY&tf=1d'
          {address}/docs in a browser

        """)}  trader-data series --data {folder}
          trader-data export lona --data {folder} --symbol BTCUSDT --timeframe 1h --start {DateOf(-30)} --end {DateOf(0)} --format csv --output -
        (from a checkout: dotnet run --project src/TraderData -- series …)

        """;

    private static string DateOf(int days) => TimeProvider.System.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
