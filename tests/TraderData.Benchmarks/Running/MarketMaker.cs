using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Marketplace;
using TraderData.Storage;

namespace TraderData.Benchmarks;

/// <summary>
/// Fills a marketplace for <c>compare/vendors.sh</c>: <c>FOLDER KEYS_FILE SIGNALS [DATABASE_URL]</c>, in a journal without a database. The pepper is <c>INFRA_TOKEN_PEPPER</c>. Each vendor has a key, a model with
/// its deployment, a heartbeat and so many signals; and there are keys that nobody has used yet. The file gets all keys, as JSON, for its owner alone.
/// </summary>
internal static class MarketMaker
{
    private const int Vendors = 50;
    private const int FreshKeysOfVendor = 30;

    private static readonly string[] Symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT"];
    private static readonly DateTime FirstSignal = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly JsonElement Metrics = JsonDocument.Parse("""{"p99_ms":12.5}""").RootElement.Clone();

    /// <summary>Exit code 2 when the arguments are wrong.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length is < 3 or > 4 || !int.TryParse(args[2], CultureInfo.InvariantCulture, out var signals) || signals < 1)
        {
            await Console.Error.WriteLineAsync("usage: INFRA_TOKEN_PEPPER=… --make-market FOLDER KEYS_FILE SIGNALS [DATABASE_URL]");
            return 2;
        }

        var options = new MarketplaceOptions { Pepper = Environment.GetEnvironmentVariable("INFRA_TOKEN_PEPPER") ?? "" };
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(TimeProvider.System).AddTraderDataStorage(new StorageOptions { DataDirectory = args[0], DatabaseUrl = args.ElementAtOrDefault(3) })
            .AddTraderDataMarketplaceStore(args[0]).AddTraderDataTokens(options);
        await using var provider = services.BuildServiceProvider();
        _ = await provider.GetRequiredService<TraderDataStorage>().MigrateAsync(CancellationToken.None);
        var (store, tokens) = (provider.GetRequiredService<IMarketplaceStore>(), provider.GetRequiredService<TokenBook>());
        List<IssuedToken> keys = [], fresh = [];
        for (var vendor = 0; vendor < Vendors; vendor++)
        {
            keys.Add(await MakeVendorAsync(store, tokens, vendor, signals));
            for (var i = 0; i < FreshKeysOfVendor; i++)
                fresh.Add(await MakeKeyAsync(tokens, keys[^1].Token.VendorId));
        }

        await WriteAsync(args[1], keys, fresh);
        Console.WriteLine($"{Vendors} vendors, as many models with {signals} signals each, {keys.Count + fresh.Count} keys");
        return 0;
    }

    private static async Task<IssuedToken> MakeVendorAsync(IMarketplaceStore store, TokenBook tokens, int number, int count)
    {
        var (owner, now) = (string.Create(CultureInfo.InvariantCulture, $"vendor-{number:D2}"), MarketplaceTime.Now(TimeProvider.System));
        var key = await tokens.CreateVendorAsync($"Vendor {number}", owner, null, CancellationToken.None) ?? throw new InvalidOperationException($"{owner} is there already: begin with an empty store");
        var vendor = key.Token.VendorId;
        var deployment = new Deployment(TokenBook.NewId("dep"), vendor, "alpha", "byoc", "2", "4Gi", null, "vendor/alpha:1", "ready", now, now);
        _ = await tokens.CreateDeploymentAsync(deployment, CancellationToken.None);
        var model = Model.Register(vendor, "alpha", "A model of the benchmark", Model.Tasks[0], "1.0.0", deployment.Id, now);
        await store.SaveModelAsync(model, CancellationToken.None);
        await store.SaveHeartbeatAsync(new Heartbeat(TokenBook.NewId("hb"), deployment.Id, vendor, "ready", now, now, Metrics, null), CancellationToken.None);
        // Each at a time of its own, so that the last hundred of them are the same hundred for everybody.
        var signals = Enumerable.Range(0, count).Select(i => new Signal(
            owner, model.Id, Symbols[i % Symbols.Length], "1m", FirstSignal.AddMinutes(i), i % 2 == 0 ? "BUY" : "SELL", ((number * 37) + (i * 13)) % 100 / 100m, FirstSignal.AddMinutes(i), vendor, deployment.Id));
        foreach (var batch in signals.Chunk(SignalBatch.MaxSignals))
            _ = await store.AcceptAsync(new SignalBatch(SignalKind.Signal, deployment.Id, null, batch, now), CancellationToken.None);
        return key;
    }

    private static async Task<IssuedToken> MakeKeyAsync(TokenBook tokens, string vendorId)
    {
        var code = await tokens.CreateAuthCodeAsync(vendorId, TimeSpan.FromMinutes(5), CancellationToken.None);
        return (await tokens.ExchangeAsync(code.Secret, CancellationToken.None))!;
    }

    private static async Task WriteAsync(string path, List<IssuedToken> keys, List<IssuedToken> fresh)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var stream = new FileStream(path, options);
        await using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        foreach (var (name, list) in new[] { ("vendors", keys), ("fresh", fresh) })
        {
            json.WriteStartArray(name);
            foreach (var key in list)
            {
                json.WriteStartObject();
                json.WriteString("vendor_id", key.Token.VendorId);
                json.WriteString("key", key.Secret);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
