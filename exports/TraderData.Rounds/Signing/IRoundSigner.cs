using System.Security.Cryptography;

namespace TraderData.Rounds;

/// <summary>Signs with a private key that it alone sees.</summary>
public interface IRoundSigner
{
    /// <summary>The public half of the key.</summary>
    /// <exception cref="SigningException">The key cannot be had.</exception>
    Task<RoundKey> KeyAsync(CancellationToken cancellationToken);

    /// <summary>Signs a digest.</summary>
    /// <param name="sha256">32 bytes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>64 bytes: r and s (RFC 7518 section 3.4).</returns>
    /// <exception cref="SigningException">It cannot be signed.</exception>
    Task<byte[]> SignAsync(ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken);
}

/// <summary>A round cannot be signed. The message tells what to do, and holds no secret.</summary>
public sealed class SigningException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Signs with a private key of P-256 from a PEM file.</summary>
public sealed class PemSigner : IRoundSigner, IDisposable
{
    private const int MaxBytes = 64 << 10;

    private readonly ECDsa _key;
    private readonly RoundKey _public;

    private PemSigner(ECDsa key) => (_key, _public) = (key, RoundKey.Of(key));

    /// <summary>Reads the key.</summary>
    /// <exception cref="SigningException">There is none, or it is of another kind.</exception>
    public static PemSigner Open(string path)
    {
        var key = ECDsa.Create();
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
                throw new SigningException($"{path} is no PEM file: it has more than {MaxBytes} bytes");
            key.ImportFromPem(File.ReadAllText(path));
            // A public key can be imported as well.
            _ = key.SignHash(new byte[SHA256.HashSizeInBytes]);
            return new PemSigner(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            // What cannot be parsed may be a part of the key: the message does not repeat it.
            var why = e is IOException or UnauthorizedAccessException ? e.Message : "it holds no private key of P-256 in PEM";
            throw new SigningException($"the signing key {path} cannot be used: {why}; make one with: trader-data round keygen --output FILE");
        }
    }

    /// <summary>Makes a new private key.</summary>
    /// <returns>It as PKCS#8 in PEM, and its public half.</returns>
    public static (string Pem, RoundKey Key) Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (key.ExportPkcs8PrivateKeyPem() + "\n", RoundKey.Of(key));
    }

    /// <inheritdoc/>
    public Task<RoundKey> KeyAsync(CancellationToken cancellationToken) => Task.FromResult(_public);

    /// <inheritdoc/>
    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken) =>
        Task.FromResult(_key.SignHash(sha256.Span, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
