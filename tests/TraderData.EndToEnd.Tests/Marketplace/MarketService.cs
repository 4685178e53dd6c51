using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>The service as its operator runs it: a round that is built, signed and published, keys for vendors, and two processes that answer, all from command lines.</summary>
internal sealed partial class MarketService : IAsyncDisposable
{
    private const int Bars = 400;
    private const long FirstBarMs = 1_722_470_400_000;
    private const long HourMs = 3_600_000;

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly List<TraderDataProcess> _services = [];
    private readonly Dictionary<string, string> _settings;

    private MarketService(string? connectionString)
    {
        Database = connectionString;
        _settings = new Dictionary<string, string>
        {
            ["TRADER_DATA_DIR"] = DataFolder,
            ["INFRA_TOKEN_PEPPER"] = Pepper,
            ["ROUND_SIGNING_KEY"] = KeyFile,
            // Nobody listens there: this service has no business with an exchange.
            ["BINANCE_BASE_URL"] = "http://127.0.0.1:9",
            // As much as an operator can have it say.
            ["Logging__LogLevel__Default"] = "Trace",
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace",
            ["Logging__Console__LogLevel__Default"] = "Trace",
            ["Logging__Console__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
            ["Logging__Console__LogLevel__Microsoft.AspNetCore.Server.Kestrel"] = "Trace",
            ["Logging__Console__LogLevel__Microsoft.AspNetCore.Server.Kestrel.BadRequests"] = "Trace",
            ["Logging__Console__FormatterOptions__IncludeScopes"] = "true",
        };
        if (connectionString is not null)
            _settings["DATABASE_URL"] = PostgresServer.UrlOf(connectionString);
    }

    /// <summary>The database's connection string; null without one.</summary>
    public string? Database { get; }

    /// <summary>The secret that everything hangs on.</summary>
    public string Pepper { get; } = RandomNumberGenerator.GetHexString(48);

    /// <summary>The data folder.</summary>
    public string DataFolder => Path.Combine(_folder.Path, "data");

    /// <summary>The private key.</summary>
    public string KeyFile => Path.Combine(_folder.Path, "key.pem");

    /// <summary>A folder for the vendor.</summary>
    public string VendorFolder => Path.Combine(_folder.Path, "vendor");

    /// <summary>A time at which its bars were there.</summary>
    public DateTimeOffset HeldAt { get; private set; }

    /// <summary>Where the first process answers.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where the second process answers.</summary>
    public Uri SecondAddress { get; private set; } = null!;

    /// <summary>Its store, for another process.</summary>
    public StorageOptions Storage => new() { DataDirectory = DataFolder, DatabaseUrl = _settings.GetValueOrDefault("DATABASE_URL", "") };

    /// <summary>All that was written by all processes, but for standard output of commands, which is where a secret is shown once.</summary>
    public IReadOnlyList<string> Told => [.. _told, .. _services.SelectMany(service => (string[])[service.Output, service.Error])];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts it, with bars to cut rounds from.</summary>
    /// <param name="connectionString">The database; null for the folder alone.</param>
    public static async Task<MarketService> StartAsync(string? connectionString)
    {
        var service = new MarketService(connectionString);
        try
        {
            var bars = Path.Combine(service._folder.Path, "bars.csv");
            await File.WriteAllLinesAsync(bars, BarLines(), Cancellation);
            await Task.WhenAll(
                service.RunAsync("round", "keygen", "--output", service.KeyFile),
                service.RunAsync("import", "csv", bars, "--source", "binance", "--symbol", "BTCUSDT", "--timeframe", "1h"));
            service.HeldAt = TimeProvider.System.GetUtcNow();
            // With a database the jobs run, too: they drain the outbox.
            var first = TraderDataProcess.Start(service._settings, "serve", "--role", connectionString is null ? "api" : "all", "--urls", "http://127.0.0.1:0");
            service._services.Add(first);
            var second = TraderDataProcess.Start(service._settings, "serve", "--role", "api", "--urls", "http://127.0.0.1:0");
            service._services.Add(second);
            (service.Address, service.SecondAddress) = (await AddressOfAsync(first), await AddressOfAsync(second));
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>What it printed, and what it told.</returns>
    public async Task<(string Output, string Error)> RunAsync(params string[] arguments)
    {
        var ended = (await TraderDataProcess.RunAsync(_settings, arguments)).Expect(0);
        lock (_told)
            _told.Add(ended.Error);
        return (ended.Output.TrimEnd('\n'), ended.Error);
    }

    /// <summary>Makes a vendor.</summary>
    /// <returns>Its id, and its key.</returns>
    public async Task<(string Id, string Key)> CreateVendorAsync(string name, string owner)
    {
        var (key, told) = await RunAsync("keys", "create-vendor", "--name", name, "--owner", owner);
        return (VendorId().Match(told).Value, key);
    }

    /// <summary>Builds two rounds, and publishes them: the second is the current one.</summary>
    /// <returns>Their ids.</returns>
    public async Task<(string Old, string Current)> PublishRoundsAsync()
    {
        var ids = new List<string>();
        foreach (var name in (string[])["hours", "hours-again"])
        {
            var id = (await RunAsync(
                "round", "create", "--name", name, "--universe", "binance:BTCUSDT", "--timeframes", "1h", "--start", Text(FirstBarMs), "--end", Text(FirstBarMs + (Bars * HourMs)),
                "--splits", "0.6,0.2,0.2", "--horizons", "1", "--embargo", "20", "--features", "log_return,hour", "--as-of", Text(HeldAt.ToUnixTimeMilliseconds()))).Output;
            await RunAsync("round", "publish", id);
            ids.Add(id);
        }

        return (ids[0], ids[1]);
    }

    /// <summary>Ends the processes, as their operator does.</summary>
    public async Task StopAsync()
    {
        foreach (var service in _services)
            (await service.TerminateAsync()).Expect(0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
            await service.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<Uri> AddressOfAsync(TraderDataProcess service) => new((await service.WaitForAsync("Listening on ", Cancellation)).Split(' ')[2].TrimEnd('.'));

    // A saw's teeth: anything that moves does.
    private static IEnumerable<string> BarLines() => Enumerable.Range(0, Bars).Select(bar => string.Create(
        CultureInfo.InvariantCulture, $"{FirstBarMs + (bar * HourMs)},{40_000 + (bar % 7)},{40_010 + (bar % 7)},{39_990 + (bar % 7)},{40_001 + (bar % 7)},{1 + (bar % 5)}.5"))
        .Prepend("timestamp,open,high,low,close,volume");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("vnd_[0-9a-f]+", RegexOptions.None, 1_000)]
    private static partial Regex VendorId();
}
