using System.Security.Cryptography;
using System.Text.Json;
using Azure.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TraderData.Rounds.Tests;

/// <summary>The Key Vault signer against a stand-in that speaks the vault's REST API over real HTTP.</summary>
public sealed class KeyVaultTests : IAsyncLifetime
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<string> _requests = [];
    private readonly HttpClient _http = new();
    private WebApplication _vault = null!;
    private string _address = "";
    private int _status = 200;
    private bool _lies;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _vault = builder.Build();
        _vault.Run(AnswerAsync);
        await _vault.StartAsync();
        _address = _vault.Urls.First();
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        _http.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task A_manifest_is_signed_by_one_version_of_the_vaults_key()
    {
        var signer = Signer("/keys/rounds");

        var jws = await DetachedJws.SignAsync("{}"u8.ToArray(), signer, Cancellation);

        Assert.Null(DetachedJws.Check("{}"u8, jws, RoundKeySet.Empty.With(RoundKey.Of(_key)), out _));
        Assert.Equal(["GET /keys/rounds?api-version=7.4 Bearer of-https://vault.azure.net/.default", "POST /keys/rounds/v1/sign?api-version=7.4 Bearer of-https://vault.azure.net/.default"], _requests);
    }

    [Fact]
    public async Task A_version_that_is_asked_for_is_used()
    {
        await DetachedJws.SignAsync("{}"u8.ToArray(), Signer("/keys/rounds/v1"), Cancellation);

        Assert.StartsWith("POST /keys/rounds/v1/sign?", _requests[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "Key Vault Crypto User")]
    [InlineData(404, "no such key")]
    [InlineData(503, "run it again")]
    public async Task A_refusal_is_told_with_its_remedy_and_without_the_token(int status, string expected)
    {
        _status = status;

        var e = await Assert.ThrowsAsync<SigningException>(() => Signer("/keys/rounds").KeyAsync(Cancellation));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("of-https", $"{e}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_that_does_not_verify_is_not_taken()
    {
        _lies = true;

        var e = await Assert.ThrowsAsync<SigningException>(() => DetachedJws.SignAsync("{}"u8.ToArray(), Signer("/keys/rounds"), Cancellation));

        Assert.Contains("is not one of key", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://v.vault.azure.net/keys/a", true)]
    [InlineData("https://v.vault.azure.net/keys/a/b", true)]
    [InlineData("http://v.vault.azure.net/keys/a", false)]
    [InlineData("https://v.vault.azure.net/secrets/a", false)]
    [InlineData("https://v.vault.azure.net/keys/a?x=1", false)]
    [InlineData("https://u:p@v.vault.azure.net/keys/a", false)]
    [InlineData("nonsense", false)]
    public void An_address_that_is_none_is_told(string url, bool isGood) => Assert.Equal(isGood, KeyVaultSigner.CheckUrl(url) is null);

    private KeyVaultSigner Signer(string path) => new(_http, new Identity(), new Uri(_address + path));

    private async Task AnswerAsync(HttpContext context)
    {
        _requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers.Authorization}");
        context.Response.StatusCode = _status;
        if (_status != 200)
            return;
        var point = _key.ExportParameters(false).Q;
        if (context.Request.Method == "GET")
        {
            await context.Response.WriteAsync($$$"""{"key":{"kid":"{{{_address}}}/keys/rounds/v1","kty":"EC","key_ops":["sign"],"crv":"P-256","x":"{{{CanonicalBase64Url.Of(point.X)}}}","y":"{{{CanonicalBase64Url.Of(point.Y)}}}"},"attributes":{"enabled":true}}""");
            return;
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        Assert.Equal("ES256", body.RootElement.GetProperty("alg").GetString());
        var digest = CanonicalBase64Url.TryDecode(body.RootElement.GetProperty("value").GetString()!)!;
        var signature = _key.SignHash(_lies ? SHA256.HashData(digest) : digest);
        await context.Response.WriteAsync($$"""{"kid":"{{_address}}/keys/rounds/v1","value":"{{CanonicalBase64Url.Of(signature)}}"}""");
    }

    private sealed class Identity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new($"of-{requestContext.Scopes[0]}", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
