using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>Azure storage without a key: the identity of the process, as a container app gives it, against a real Azurite that wants tokens.</summary>
public sealed class ManagedIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bars_rest_in_the_container_exports_in_another_and_links_to_rounds_open_one_file()
    {
        await using var identity = await IdentityServer.StartAsync(Cancellation);
        var (server, account) = await StartAzuriteAsync();
        await using var azurite = server;
        var settings = Settings(identity, account);
        await FillAsync(settings);

        (await TraderDataProcess.RunAsync(settings, "export", "lona", "--symbol", "ETHUSDT", "--timeframe", "1h", "--start", "2022-01-01", "--end", "2022-02-01", "--output", "blob")).Expect(0);
        var key = (await TraderDataProcess.RunAsync(settings, "keys", "create-vendor", "--name", "acme")).Expect(0).Output.Trim();
        await using var service = TraderDataProcess.Start(settings, "serve", "--role", "api", "--urls", "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = new Uri((await service.WaitForAsync("Listening on ", Cancellation)).Split(' ')[2].TrimEnd('.')) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.PostAsJsonAsync(new Uri("/api/datasets/signed-urls", UriKind.Relative), new { round_id = "current" }, Cancellation);
        using var links = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation));
        var link = new Uri(links.RootElement.GetProperty("urls").EnumerateArray().First(url => url.GetProperty("name").GetString() == "manifest.json").GetProperty("url").GetString()!);

        Assert.StartsWith(account, link.ToString(), StringComparison.Ordinal);
        Assert.Contains("skoid=", link.Query, StringComparison.Ordinal);
        using var anybody = Anybody(settings["SSL_CERT_FILE"]);
        Assert.StartsWith("{", await anybody.GetStringAsync(link, Cancellation), StringComparison.Ordinal);
        using var other = await anybody.GetAsync(new Uri(link.ToString().Replace("manifest.json?", "manifest.jws?", StringComparison.Ordinal)), Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(settings["TRADER_DATA_DIR"], "exports")));
    }

    [Fact]
    public async Task Connection_string_and_account_address_are_not_taken_together()
    {
        var settings = new Dictionary<string, string> { ["AZURE_STORAGE_CONNECTION_STRING"] = "UseDevelopmentStorage=true", ["AZURE_STORAGE_ACCOUNT_URL"] = "http://plain.example" };

        var ended = (await TraderDataProcess.RunAsync(settings, "series")).Expect(2);

        Assert.Contains("AZURE_STORAGE_CONNECTION_STRING and AZURE_STORAGE_ACCOUNT_URL must not be set together", ended.Error, StringComparison.Ordinal);
        Assert.Contains("AZURE_STORAGE_ACCOUNT_URL must be the https address of a blob endpoint", ended.Error, StringComparison.Ordinal);
    }

    // Who has no key, and trusts the certificate.
    private static HttpClient Anybody(string certificateFile)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(certificateFile));
        return new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } });
    }

    private Dictionary<string, string> Settings(IdentityServer identity, string account) => new(identity.Variables)
    {
        ["TRADER_DATA_DIR"] = Path.Combine(_folder.Path, "data"),
        ["AZURE_STORAGE_ACCOUNT_URL"] = account,
        ["AZURE_CONTAINER"] = "ohlcv",
        ["AZURE_EXPORTS_CONTAINER"] = "exports",
        ["INFRA_TOKEN_PEPPER"] = "a pepper of the tests of more than 32 characters",
        ["ROUND_SIGNING_KEY"] = Path.Combine(_folder.Path, "round.pem"),
        ["SSL_CERT_FILE"] = Path.Combine(_folder.Path, "cert.pem"),
    };

    private async Task FillAsync(Dictionary<string, string> settings)
    {
        var first = new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var bars = Path.Combine(_folder.Path, "bars.csv");
        await File.WriteAllLinesAsync(
            bars,
            Enumerable.Range(0, 31 * 24).Select(bar => string.Create(CultureInfo.InvariantCulture, $"{first + (bar * 3_600_000L)},40000,40010,39990,{40_000 + (bar % 7)},1.5")).Prepend("timestamp,open,high,low,close,volume"),
            Cancellation);
        (await TraderDataProcess.RunAsync(settings, "import", "csv", bars, "--source", "binance", "--symbol", "ETHUSDT", "--timeframe", "1h")).Expect(0);
        (await TraderDataProcess.RunAsync(settings, "round", "keygen", "--output", settings["ROUND_SIGNING_KEY"])).Expect(0);
        (await TraderDataProcess.RunAsync(
            settings, "round", "create", "--name", "hours", "--universe", "binance:ETHUSDT", "--timeframes", "1h", "--start", "2022-01-01", "--end", "2022-01-31",
            "--splits", "0.6,0.2,0.2", "--horizons", "1", "--embargo", "20", "--features", "hour", "--publish")).Expect(0);
    }

    private async Task<(IAsyncDisposable Server, string Account)> StartAzuriteAsync()
    {
        var (cert, key) = (Path.Combine(_folder.Path, "cert.pem"), Path.Combine(_folder.Path, "key.pem"));
        await MakeCertificateAsync(cert, key);
        return await AzuriteServer.StartWithTokensAsync(cert, key);
    }

    private static async Task MakeCertificateAsync(string certFile, string keyFile)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(certFile, certificate.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), Cancellation);
    }
}
