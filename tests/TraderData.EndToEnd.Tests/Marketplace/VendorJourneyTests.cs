using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TraderData.Marketplace;
using TraderData.Rounds;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>A vendor with its <c>mp</c> command line and the program as it is run: every row of CONTRACTS A in the order of its use, each row's failures, and no secret written anywhere.</summary>
public abstract class VendorJourney(PostgresServer? postgres) : IAsyncLifetime
{
    private const int LimitMs = 300_000;

    // Other processes see within a second what became of a round, and within two what became of the catalog.
    private static readonly TimeSpan RoundsAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CatalogAge = TimeSpan.FromSeconds(2);

    private readonly SecretBook _secrets = new();
    private readonly SecretBook _unlogged = new();
    private MarketService _service = null!;
    private MpClient _client = null!;
    private MpScript _script = null!;
    private MpDownload _download = null!;
    private MarketBooks _books = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _service = await MarketService.StartAsync(postgres is null ? null : await postgres.CreateDatabaseAsync(Cancellation));
        _client = new MpClient(_service.Address);
        _script = new MpScript(_client, _secrets);
        _download = new MpDownload(_client, _script, _secrets);
        _books = new MarketBooks(_service.Storage, _service.Pepper);
        _secrets.Add("the pepper", _service.Pepper);
        _secrets.AddPem(await File.ReadAllTextAsync(_service.KeyFile, Cancellation));
        if (_service.Database is { } database)
            _secrets.Add("the database's password", new NpgsqlConnectionStringBuilder(database).Password!);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client?.Dispose();
        if (_service is not null)
            await _service.DisposeAsync();
    }

    [Fact(Timeout = LimitMs)]
    public async Task Vendor_passes_every_row_of_the_contract_and_no_secret_is_written()
    {
        await Task.WhenAll(PublishAsync(), MakeKeysAsync());
        await _script.WalkAsync(MpContract.UntilLinks);
        await PullAsync();
        await _script.WalkAsync(MpContract.FromTraining);
        await _script.WalkAsync(MpContract.FromSignals);
        await CheckStoredAsync();
        await CheckOtherProcessAsync();
        var refusals = new MpRefusals(_client, _script);
        await CheckRefusalsAsync(refusals);
        await CheckRetiredAsync();
        await CheckRawAsync();
        await refusals.CheckGuessingAsync();
        await _service.StopAsync();
        await CheckSecretsAsync();
    }

    private async Task PublishAsync() => (_script["old_round"], _script["round"]) = await _service.PublishRoundsAsync();

    private async Task MakeKeysAsync()
    {
        (var vendor, _script["key"]) = await _service.CreateVendorAsync("Acme", "acme");
        (_, _script["other_key"]) = await _service.CreateVendorAsync("Other", "other");
        _script["code"] = (await _service.RunAsync("keys", "create-auth-code", "--vendor", vendor)).Output;
        await _books.MakeWorthlessAsync(vendor, _script);
        _script["cli_token"] = (await _service.RunAsync("keys", "create-deployment-token", "--deployment", _script["second_deployment"], "--days", "7")).Output;
        (_script["wrong_key"], _script["wrong_code"]) = ("vk_" + new string('A', 43), "ac_" + new string('A', 43));
        _script["wandb"] = _unlogged.Add("the vendor's key to somebody else", "wandb-key-of-the-vendor");
    }

    private async Task PullAsync()
    {
        var links = await _download.LinksAsync("current");
        await _download.PullAsync(links, _service.VendorFolder);
        await _download.ResumeAsync(links["train.csv"], await File.ReadAllBytesAsync(Path.Combine(_service.VendorFolder, "train.csv"), Cancellation));
        Assert.Equal(links.Keys.Order(StringComparer.Ordinal), (await _download.LinksAsync(_script["round"])).Keys.Order(StringComparer.Ordinal));
        _script["link"] = links["train.csv"];

        var keys = Path.Combine(Path.GetDirectoryName(_service.VendorFolder)!, "jwks.json");
        await File.WriteAllBytesAsync(keys, (await _client.DownloadAsync(new Uri(_client.Address, "/.well-known/jwks.json"))).Bytes, Cancellation);
        Assert.Contains($"round {_script["round"]} is sound", (await _service.RunAsync("round", "verify", _service.VendorFolder, "--jwks", keys)).Error, StringComparison.Ordinal);
    }

    private async Task CheckStoredAsync()
    {
        var deployment = _script["deployment"];
        Assert.Equal([(deployment, "BUY", 0.75m, deployment), ("first", "NEUTRAL", 0.5m, null)], await _books.SignalsAsync(SignalKind.Signal, _script["owner"]));
        Assert.Equal([("", "BUY", 0.75m, deployment), ("", "SELL", 0.25m, null)], await _books.SignalsAsync(SignalKind.Consensus, _script["owner"]));
    }

    private async Task CheckOtherProcessAsync()
    {
        using var second = new MpClient(_service.SecondAddress);
        Task<MpAnswer> CatalogAsync() => second.SendAsync(_script["other_key"], "GET", "/api/catalog", null);
        // What it keeps is as fresh as can be, and so will be wrong for as long as can be.
        Assert.Equal(1, (await CatalogAsync()).Data.GetArrayLength());
        var model = await _client.SendAsync(_script["key"], "POST", "/api/vendors/models", """{"name":"gamma","task":"consensus","version":"1"}""");
        await WithinAsync(CatalogAge, async () => (await CatalogAsync()).Text.Contains(model["model_id"], StringComparison.Ordinal));
    }

    private static async Task CheckRefusalsAsync(MpRefusals refusals)
    {
        await refusals.CheckTokensAsync();
        await refusals.CheckOtherDeploymentAsync();
        await refusals.CheckRequestsAsync();
        await refusals.CheckSizesAsync();
        await refusals.CheckRateAsync();
    }

    private async Task CheckRetiredAsync()
    {
        var link = (await _download.LinksAsync("current"))["test.csv"];
        var signer = new RoundLinks(_service.Pepper, new PastClock(RoundLinks.Lifetime));
        var expired = new Uri(_client.Address, signer.PathOf(_script["round"], "test.csv", signer.EndsAt())).AbsoluteUri;
        _secrets.Add("the signature of a link that is over", expired.Split("sig=")[1]);
        await _download.CheckLinksAsync(link, expired);

        var old = (await _download.LinksAsync(_script["old_round"]))["test.csv"];
        Assert.Equal(200, (await _client.DownloadAsync(new Uri(old))).Status);
        await _service.RunAsync("round", "retire", _script["old_round"]);
        await WithinAsync(RoundsAge, async () => (await _client.DownloadAsync(new Uri(old))).Status == 403);
        (await _client.FollowAsync(old)).MustFail(403, "FORBIDDEN", "offered no more");
        (await _client.SendAsync(_script["key"], "GET", $"/api/rounds/{_script["old_round"]}", null)).MustFail(404, "UNKNOWN_ROUND");
        (await _client.SendAsync(_script["key"], "POST", "/api/datasets/signed-urls", _script.Fill("""{"round_id":"<old_round>"}"""))).MustFail(404, "UNKNOWN_ROUND");
        Assert.Equal(200, (await _client.DownloadAsync(new Uri(link))).Status);
    }

    // As a client writes it that knows of no length where there is no body; and with a header that is none, which a server may be tempted to repeat in its log.
    private async Task CheckRawAsync()
    {
        string[] headers = ["content-type: application/json", $"authorization: Bearer {_script["key"]}", "x-contracts-version:", "x-marketplace-contracts-version: 0.4.0", "accept: */*"];
        Assert.StartsWith("HTTP/1.1 200 ", await RawHttp.SendAsync(_client.Address, ["GET /api/vendors/me HTTP/1.1", .. headers]), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await RawHttp.SendAsync(_client.Address, [_script.Fill("POST /api/training/runs/<run>/cancel HTTP/1.1"), "content-length: 0", .. headers]), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await RawHttp.SendAsync(_client.Address, [_script.Fill("GET /api/rounds?limit=1&api_key=<key> HTTP/1.1"), .. headers]), StringComparison.Ordinal);
        foreach (var malformed in (string[])[$"authorization Bearer {_script["key"]}", $"authorization: Bearer {_script["key"]}\0"])
        {
            var refused = await RawHttp.SendAsync(_client.Address, "GET /api/vendors/me HTTP/1.1", malformed);
            Assert.StartsWith("HTTP/1.1 400 ", refused, StringComparison.Ordinal);
            Assert.DoesNotContain("<", refused, StringComparison.Ordinal);
        }
    }

    private async Task CheckSecretsAsync()
    {
        var told = _service.Told;
        // They did talk, as much as they can.
        Assert.Contains(told, text => text.Contains("dbug: Microsoft.AspNetCore.Routing", StringComparison.Ordinal));
        foreach (var text in told)
        {
            var found = _secrets.FindIn(text) ?? _unlogged.FindIn(text);
            Assert.True(found is null, found);
            Assert.DoesNotContain("sig=", text, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        }

        Assert.InRange(_secrets.Count, 25, int.MaxValue);
        Assert.InRange(await _secrets.SearchFolderAsync(_service.DataFolder, Cancellation), 10_000, long.MaxValue);
        if (_service.Database is { } database)
            Assert.InRange(await _secrets.SearchDatabaseAsync(database, Cancellation), 400, long.MaxValue);
    }

    // A request that begins when the time is over must see it.
    private static async Task WithinAsync(TimeSpan limit, Func<Task<bool>> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var isLast = Stopwatch.GetElapsedTime(began) >= limit;
            if (await holds())
                return;
            Assert.False(isLast, string.Create(CultureInfo.InvariantCulture, $"not seen {limit.TotalSeconds} s later"));
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }
}

/// <summary>On a folder alone.</summary>
public sealed class EmbeddedVendorJourneyTests() : VendorJourney(null);

/// <summary>On Postgres, with the jobs.</summary>
public sealed class PostgresVendorJourneyTests(PostgresServer server) : VendorJourney(server);
