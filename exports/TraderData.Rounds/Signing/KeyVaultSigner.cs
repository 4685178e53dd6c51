using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Identity;

namespace TraderData.Rounds;

/// <summary>
/// Signs with a key of Azure Key Vault, which never leaves it, over its REST API (<c>GET key</c>, <c>POST sign</c>, version 7.4).
/// </summary>
public sealed class KeyVaultSigner : IRoundSigner
{
    private const string ApiVersion = "?api-version=7.4";
    private const int MaxAnswerBytes = 64 << 10;
    private const int SignatureBytes = 64;

    private static readonly string[] s_scopes = ["https://vault.azure.net/.default"];

    private readonly HttpClient _http;
    private readonly TokenCredential _credential;
    private readonly Uri _keyUrl;
    private (RoundKey Key, Uri Url)? _found;

    /// <summary>Takes a key; nothing is sent yet.</summary>
    /// <param name="http">Sends the requests; the caller's.</param>
    /// <param name="credential">Who we are.</param>
    /// <param name="keyUrl"><c>https://VAULT.vault.azure.net/keys/NAME</c>, with or without a version behind; without one, the latest.</param>
    public KeyVaultSigner(HttpClient http, TokenCredential credential, Uri keyUrl) => (_http, _credential, _keyUrl) = (http, credential, keyUrl);

    /// <summary>Takes a key with the identity that the process has: environment, workload, managed identity or a developer's own.</summary>
    public static KeyVaultSigner WithDefaultIdentity(HttpClient http, Uri keyUrl) => new(http, new DefaultAzureCredential(), keyUrl);

    /// <summary>Tells what is wrong with a key's address; null when nothing is.</summary>
    public static string? CheckUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
        && uri is { Query: "", UserInfo: "", Fragment: "" } && uri.AbsolutePath.Split('/') is ["", "keys", { Length: > 0 }] or ["", "keys", { Length: > 0 }, { Length: > 0 }]
            ? null
            : $"the key's address must be https://VAULT.vault.azure.net/keys/NAME, was '{Shown.Of(url)}'";

    /// <inheritdoc/>
    public async Task<RoundKey> KeyAsync(CancellationToken cancellationToken) => (await FindAsync(cancellationToken)).Key;

    /// <inheritdoc/>
    public async Task<byte[]> SignAsync(ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken)
    {
        var (key, url) = await FindAsync(cancellationToken);
        var body = $$"""{"alg":"ES256","value":"{{CanonicalBase64Url.Of(sha256.Span)}}"}""";
        using var answer = await SendAsync(HttpMethod.Post, new Uri($"{url}/sign{ApiVersion}"), body, cancellationToken);
        var value = answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("value", out var text) ? text.GetString() : null;
        return value is not null && CanonicalBase64Url.TryDecode(value) is { Length: SignatureBytes } signature
            ? signature
            : throw new SigningException($"{url} gave no ES256 signature with key {key.Kid}; look at the key's type (EC, P-256)");
    }

    // One version for key and signature, also when the key is rotated in between.
    private async Task<(RoundKey Key, Uri Url)> FindAsync(CancellationToken cancellationToken)
    {
        if (_found is { } known)
            return known;
        using var answer = await SendAsync(HttpMethod.Get, new Uri(_keyUrl + ApiVersion), body: null, cancellationToken);
        if (!answer.RootElement.TryGetProperty("key", out var jwk) || Read(jwk) is not var (key, url))
            throw new SigningException($"{_keyUrl} is no EC key of P-256: make one with: az keyvault key create --kty EC --curve P-256");
        _found = (key, url);
        return (key, url);
    }

    private (RoundKey Key, Uri Url)? Read(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || Text(jwk, "kty") is not ("EC" or "EC-HSM") || Text(jwk, "crv") != "P-256")
            return null;
        // The vault's kid is an address; ours is the thumbprint.
        var plain = $$"""{"kty":"EC","crv":"P-256","x":"{{Text(jwk, "x")}}","y":"{{Text(jwk, "y")}}"}""";
        using var document = JsonDocument.Parse(plain);
        if (RoundKey.TryRead(document.RootElement, out var key) is not null)
            return null;
        var version = Text(jwk, "kid")?.Split('/')[^1];
        var hasVersion = _keyUrl.AbsolutePath.Split('/').Length == 4;
        return (key, hasVersion || string.IsNullOrEmpty(version) ? _keyUrl : new Uri($"{_keyUrl}/{Uri.EscapeDataString(version)}"));
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private async Task<JsonDocument> SendAsync(HttpMethod method, Uri url, string? body, CancellationToken cancellationToken)
    {
        try
        {
            var token = await _credential.GetTokenAsync(new TokenRequestContext(s_scopes), cancellationToken);
            using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new SigningException($"{url.GetLeftPart(UriPartial.Path)} answered {(int)answer.StatusCode}; {RemedyOf((int)answer.StatusCode)}");
            return JsonDocument.Parse(await BoundedRead.AllAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), MaxAnswerBytes, cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or AuthenticationFailedException or JsonException or InvalidOperationException or InvalidDataException or IOException)
        {
            throw new SigningException($"{url.GetLeftPart(UriPartial.Path)} cannot be used: {e.GetType().Name}; look at the network and at the identity of this process", e);
        }
    }

    private static string RemedyOf(int status) => status switch
    {
        401 or 403 => "give the identity of this process the right to get and sign with the key (role Key Vault Crypto User)",
        404 => "there is no such key: look at its address",
        _ => "run it again",
    };
}
