using System.Security.Cryptography;
using System.Text;

namespace TraderData.Rounds.Tests;

public sealed class KeyTests
{
    // The key of RFC 7515 appendix A.3; its thumbprint is calculated with another program:
    // printf '{"crv":"P-256","kty":"EC","x":"…","y":"…"}' | openssl dgst -sha256 -binary | basenc --base64url
    private const string X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    private const string Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    private const string Thumbprint = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

    [Fact]
    public void A_keys_name_is_its_thumbprint()
    {
        var keys = RoundKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}"},{"kty":"RSA","n":"AQAB"}]}"""));

        Assert.Equal(Thumbprint, Assert.Single(keys.Keys).Kid);
        Assert.Contains($"\"kid\":\"{Thumbprint}\"", Encoding.UTF8.GetString(keys.ToBytes()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"kid\":\"mine\"", "its kid 'mine' is not its thumbprint")]
    [InlineData("\"d\":\"AA\"", "private key")]
    [InlineData("\"alg\":\"ES512\"", "not for ES256")]
    [InlineData("\"use\":\"enc\"", "not for ES256")]
    public void A_key_that_says_something_else_is_refused(string more, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => RoundKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}",{{more}}}]}"""))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(X, X, "not on the curve")]
    [InlineData("AA", Y, "32 bytes each")]
    [InlineData(X + "=", Y, "32 bytes each")]
    [InlineData("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV", Y, "32 bytes each")]
    public void A_point_that_is_none_is_refused(string x, string y, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => RoundKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}"}]}"""))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":7}")]
    [InlineData("nothing")]
    public void What_is_no_set_of_keys_is_refused(string json) => Assert.Throws<FormatException>(() => RoundKeySet.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_pem_file_of_another_kind_is_refused_without_a_word_of_it()
    {
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "key.pem");
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2_048);
        foreach (var pem in new[] { p384.ExportPkcs8PrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem(), p256.ExportSubjectPublicKeyInfoPem(), "secret stuff", "" })
        {
            File.WriteAllText(path, pem);
            var e = Assert.Throws<SigningException>(() => PemSigner.Open(path));
            Assert.Contains("round keygen", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", $"{e}", StringComparison.Ordinal);
        }

        File.WriteAllText(path, p256.ExportECPrivateKeyPem());
        using var signer = PemSigner.Open(path);
        Assert.Throws<SigningException>(() => PemSigner.Open(Path.Combine(folder.Path, "none.pem")));
    }
}
