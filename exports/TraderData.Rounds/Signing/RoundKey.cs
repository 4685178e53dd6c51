using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TraderData.Rounds;

/// <summary>A public key that rounds are signed with: a point of P-256.</summary>
public sealed class RoundKey
{
    private const int CoordinateBytes = 32;

    private readonly byte[] _x;
    private readonly byte[] _y;

    private RoundKey(byte[] x, byte[] y)
    {
        (_x, _y) = (x, y);
        var (xText, yText) = (CanonicalBase64Url.Of(x), CanonicalBase64Url.Of(y));
        Kid = CanonicalBase64Url.Of(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{xText}}","y":"{{yText}}"}""")));
    }

    /// <summary>Names it: its thumbprint (RFC 7638), so that a name belongs to one key.</summary>
    public string Kid { get; }

    /// <summary>The public half of a key.</summary>
    /// <exception cref="CryptographicException">It is no key of P-256.</exception>
    public static RoundKey Of(ECDsa key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        // The curve may be named by its number or by its name alone.
        return parameters.Curve.IsNamed && key.KeySize == 8 * CoordinateBytes && parameters.Curve.Oid is { } oid && (oid.Value ?? oid.FriendlyName) is "1.2.840.10045.3.1.7" or "nistP256" or "ECDSA_P256"
            ? new RoundKey(parameters.Q.X!, parameters.Q.Y!)
            : throw new CryptographicException("the key is not of the curve P-256");
    }

    /// <summary>Takes a JSON Web Key (RFC 7517).</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    internal static string? TryRead(JsonElement json, out RoundKey key)
    {
        key = null!;
        if (json.ValueKind != JsonValueKind.Object || Text(json, "kty") != "EC" || Text(json, "crv") != "P-256")
            return "it is no EC key of P-256";
        if (json.TryGetProperty("d", out _))
            return "it holds a private key (d): publish the public half alone, and make a new key";
        if (CanonicalBase64Url.TryDecode(Text(json, "x") ?? "") is not { Length: CoordinateBytes } x || CanonicalBase64Url.TryDecode(Text(json, "y") ?? "") is not { Length: CoordinateBytes } y)
            return "x and y must be 32 bytes each in base64url";
        if (Text(json, "use") is not (null or "sig") || Text(json, "alg") is not (null or "ES256"))
            return "it is not for ES256 signatures";
        var read = new RoundKey(x, y);
        if (Text(json, "kid") is { } kid && kid != read.Kid)
            return $"its kid '{Shown.Of(kid)}' is not its thumbprint, {read.Kid}";
        try
        {
            read.Open().Dispose();
        }
        catch (CryptographicException)
        {
            return "its point is not on the curve";
        }

        key = read;
        return null;
    }

    /// <summary>True when a signature over data was made with this key.</summary>
    internal bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using var key = Open();
        return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Writes it as a JSON Web Key.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("kty"u8, "EC");
        json.WriteString("crv"u8, "P-256");
        json.WriteString("x"u8, CanonicalBase64Url.Of(_x));
        json.WriteString("y"u8, CanonicalBase64Url.Of(_y));
        json.WriteString("alg"u8, "ES256");
        json.WriteString("use"u8, "sig");
        json.WriteString("kid"u8, Kid);
        json.WriteEndObject();
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : "" : null;

    private ECDsa Open() => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = _x, Y = _y } });
}
