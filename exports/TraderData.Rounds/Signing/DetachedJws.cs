using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TraderData.Rounds;

/// <summary>
/// A signature over a manifest as a detached JWS (RFC 7515 appendix F): <c>header..signature</c>, where the header is <c>{"alg":"ES256","kid":"…"}</c> and what is
/// signed is the header, a dot, and the manifest's bytes in base64url. No other algorithm and no other header is taken.
/// </summary>
public static class DetachedJws
{
    /// <summary>The signature's file name.</summary>
    public const string FileName = "manifest.jws";

    internal const int MaxBytes = 4 << 10;

    private const int SignatureBytes = 64;

    /// <summary>Signs a manifest.</summary>
    /// <returns>The text of <c>manifest.jws</c>. It differs each time: ECDSA takes a new random number for each signature.</returns>
    /// <exception cref="SigningException">It cannot be signed, or the signature that came does not verify.</exception>
    public static async Task<string> SignAsync(ReadOnlyMemory<byte> manifest, IRoundSigner signer, CancellationToken cancellationToken)
    {
        var key = await signer.KeyAsync(cancellationToken);
        var header = CanonicalBase64Url.Of(Encoding.ASCII.GetBytes($$"""{"alg":"ES256","kid":"{{key.Kid}}"}"""));
        var input = InputOf(header, manifest.Span);
        var signature = await signer.SignAsync(SHA256.HashData(input), cancellationToken);
        return signature.Length == SignatureBytes && key.Verifies(input, signature)
            ? $"{header}..{CanonicalBase64Url.Of(signature)}"
            : throw new SigningException($"the signature that came back is not one of key {key.Kid}; run it again, and look at the key if that does not help");
    }

    /// <summary>Verifies a signature.</summary>
    /// <returns>What is wrong; null when the manifest is what a holder of one of the keys signed.</returns>
    internal static RoundFault? Check(ReadOnlySpan<byte> manifest, string jws, RoundKeySet keys, out string? kid)
    {
        kid = null;
        var parts = jws.Split('.');
        if (parts is not [var header, "", var signatureText])
            return new RoundFault(FileName, "it is no detached JWS (header..signature)", RoundFault.PullAgain);
        if (HeaderFault(header, out var name) is { } wrong)
            return new RoundFault(FileName, wrong, RoundFault.PullAgain);
        kid = name;
        if (keys.Find(name) is not { } key)
            return new RoundFault(FileName, $"it was signed with key '{Shown.Of(name)}', which is not in the set of keys", "get the present set of keys from who publishes the round; if the key is not in it, do not use the round");
        if (CanonicalBase64Url.TryDecode(signatureText) is not { Length: SignatureBytes } signature || !key.Verifies(InputOf(header, manifest), signature))
            return new RoundFault(RoundManifest.FileName, $"the signature of key {name} is not one over this manifest", RoundFault.PullAgain);
        return null;
    }

    private static byte[] InputOf(string header, ReadOnlySpan<byte> manifest) => Encoding.ASCII.GetBytes($"{header}.{CanonicalBase64Url.Of(manifest)}");

    private static string? HeaderFault(string text, out string kid)
    {
        kid = "";
        if (CanonicalBase64Url.TryDecode(text) is not { } bytes)
            return "its header is not base64url";
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 });
            var header = document.RootElement;
            if (header.ValueKind != JsonValueKind.Object)
                return "its header is no JSON object";
            if (!header.TryGetProperty("alg", out var algorithm) || algorithm.ValueKind != JsonValueKind.String || algorithm.GetString() != "ES256")
                return $"its algorithm must be ES256, was {(algorithm.ValueKind == JsonValueKind.Undefined ? "none" : Shown.Of(algorithm.GetRawText()))}";
            if (!header.TryGetProperty("kid", out var name) || name.ValueKind != JsonValueKind.String || header.EnumerateObject().Count() != 2)
                return "its header must hold alg and kid, and nothing else";
            kid = name.GetString()!;
            return null;
        }
        // A text that is no Unicode shows when it is read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "its header is no JSON";
        }
    }
}
