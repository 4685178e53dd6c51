using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TraderData.Rounds.Tests;

public sealed class VerifyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_round_as_it_was_signed_is_sound()
    {
        using var round = await SignedRound.MakeAsync();

        var verified = await round.VerifyAsync();

        Assert.True(verified.IsSound, $"{verified.Fault}");
        Assert.Equal((round.Keys.Keys[0].Kid, 9), (verified.Kid, verified.Files.Count));
    }

    [Fact]
    public async Task Every_single_changed_byte_of_every_file_is_found()
    {
        using var round = await SignedRound.MakeAsync();
        var random = new Random(7);
        var changed = 0;
        foreach (var path in Directory.GetFiles(round.Folder))
        {
            var content = await File.ReadAllBytesAsync(path, Cancellation);
            // Every byte of what is small, and of the signature every bit; of the others each byte of a sample.
            var step = Math.Max(1, content.Length / 250);
            for (var i = 0; i < content.Length; i += step)
            {
                foreach (var bit in path.EndsWith(".jws", StringComparison.Ordinal) ? Enumerable.Range(0, 8) : [random.Next(8)])
                {
                    content[i] ^= (byte)(1 << bit);
                    await File.WriteAllBytesAsync(path, content, Cancellation);
                    var verified = await round.VerifyAsync();
                    Assert.False(verified.IsSound, $"{Path.GetFileName(path)}: bit {bit} of byte {i}");
                    content[i] ^= (byte)(1 << bit);
                    changed++;
                }
            }

            await File.WriteAllBytesAsync(path, content, Cancellation);
        }

        Assert.True(changed > 2_500, $"{changed}");
        Assert.True((await round.VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task Every_cut_and_every_appended_byte_is_found()
    {
        using var round = await SignedRound.MakeAsync();
        foreach (var path in Directory.GetFiles(round.Folder))
        {
            var content = await File.ReadAllBytesAsync(path, Cancellation);
            foreach (var other in (byte[][])[content[..^1], content[..(content.Length / 2)], [], [.. content, 10], [.. content, 0]])
            {
                await File.WriteAllBytesAsync(path, other, Cancellation);
                Assert.False((await round.VerifyAsync()).IsSound, $"{Path.GetFileName(path)} of {other.Length} bytes");
            }

            await File.WriteAllBytesAsync(path, content, Cancellation);
        }
    }

    [Theory]
    [InlineData("train.csv", "train.csv: it is missing")]
    [InlineData("manifest.json", "manifest.json: it is missing")]
    [InlineData("manifest.jws", "manifest.jws: it is missing")]
    public async Task A_missing_file_is_named(string name, string expected)
    {
        using var round = await SignedRound.MakeAsync();
        File.Delete(round.PathOf(name));

        Assert.StartsWith(expected, $"{(await round.VerifyAsync()).Fault}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_belong_to_the_round_is_named()
    {
        using var round = await SignedRound.MakeAsync();
        await round.WriteAsync("train2.csv", "");
        Assert.Equal("train2.csv: it is not a file of the round (remove it, or pull the round into an empty folder)", $"{(await round.VerifyAsync()).Fault}");
        File.Delete(round.PathOf("train2.csv"));
        Directory.CreateDirectory(round.PathOf("more"));
        Assert.StartsWith("more: it is no plain file", $"{(await round.VerifyAsync()).Fault}", StringComparison.Ordinal);
        Directory.Delete(round.PathOf("more"));
        await round.WriteAsync("kept", "");
        File.Move(round.PathOf("test.csv"), round.PathOf("kept"), overwrite: true);
        File.CreateSymbolicLink(round.PathOf("test.csv"), round.PathOf("kept"));
        Assert.Contains("it is no plain file", $"{(await round.VerifyAsync()).Fault}", StringComparison.Ordinal);
        Assert.Contains("no such folder", $"{(await RoundVerifier.VerifyAsync(round.PathOf("none"), round.Keys, null, Cancellation)).Fault}", StringComparison.Ordinal);
    }

    // Signed by our own key: a manifest that lies is not believed either.
    [Theory]
    [InlineData("train.csv", "../train.csv")]
    [InlineData("train.csv", "/etc/passwd")]
    [InlineData("train.csv", "a/b")]
    [InlineData("train.csv", "..")]
    [InlineData("train.csv", "a\\\\b")]
    [InlineData("train.csv", "C:x")]
    [InlineData("train.csv", ".hidden")]
    [InlineData("train.csv", "")]
    [InlineData("train.csv", "manifest.json")]
    [InlineData("train.csv", "MANIFEST.JWS")]
    [InlineData("train.csv", "train.csv\\u0000")]
    [InlineData("train.csv", "TEST.csv")]
    public async Task A_signed_manifest_with_a_name_that_is_a_trick_is_refused(string name, string trick)
    {
        using var round = await SignedRound.MakeAsync();
        var manifest = await File.ReadAllTextAsync(round.PathOf(RoundManifest.FileName), Cancellation);
        await round.ResignAsync(manifest.Replace($"\"name\":\"{name}\"", $"\"name\":\"{trick}\"", StringComparison.Ordinal));

        var fault = (await round.VerifyAsync()).Fault;

        Assert.Equal("manifest.json", fault?.Where);
    }

    [Theory]
    [InlineData("\"schema_version\":\"1.0\"", "\"schema_version\":\"2.0\"", "schema_version is not 1.0")]
    [InlineData("\"round_id\":\"r", "\"round_id\":\"x", "no round_id")]
    [InlineData("\"files\":[", "\"files\":[7,", "file 1 must have")]
    [InlineData("\"size_bytes\":", "\"size_bytes\":-", "file 1 must have")]
    [InlineData("\"files\":[", "\"files\":[],\"others\":[", "must list 1 to 100 files")]
    public async Task A_signed_manifest_that_cannot_be_read_is_refused(string from, string to, string expected)
    {
        using var round = await SignedRound.MakeAsync();
        var manifest = await File.ReadAllTextAsync(round.PathOf(RoundManifest.FileName), Cancellation);
        await round.ResignAsync(manifest.Replace(from, to, StringComparison.Ordinal));

        Assert.Contains(expected, $"{(await round.VerifyAsync()).Fault}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"KID"}""", "must be ES256, was \"none\"")]
    [InlineData("""{"alg":"HS256","kid":"KID"}""", "must be ES256, was \"HS256\"")]
    [InlineData("""{"alg":"es256","kid":"KID"}""", "must be ES256")]
    [InlineData("""{"alg":["ES256"],"kid":"KID"}""", "must be ES256")]
    [InlineData("""{"kid":"KID"}""", "must be ES256, was none")]
    [InlineData("""{"alg":"ES256"}""", "alg and kid, and nothing else")]
    [InlineData("""{"alg":"ES256","kid":"KID","b64":false,"crit":["b64"]}""", "alg and kid, and nothing else")]
    [InlineData("""{"alg":"ES256","kid":"KID","jwk":{}}""", "alg and kid, and nothing else")]
    [InlineData("""{"alg":"ES256","alg":"none","kid":"KID"}""", "no JSON")]
    [InlineData("""{"alg":"ES256","kid":"other"}""", "signed with key 'other', which is not in the set of keys")]
    [InlineData("[]", "no JSON object")]
    public async Task A_signature_with_another_header_is_refused_even_if_the_key_made_it(string header, string expected)
    {
        using var round = await SignedRound.MakeAsync();
        var manifest = await File.ReadAllBytesAsync(round.PathOf(RoundManifest.FileName), Cancellation);
        var head = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.Replace("KID", round.Keys.Keys[0].Kid, StringComparison.Ordinal)));
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes($"{head}.{Base64Url.EncodeToString(manifest)}"));
        await round.WriteAsync(DetachedJws.FileName, $"{head}..{Base64Url.EncodeToString(await round.Signer.SignAsync(digest, Cancellation))}");

        Assert.Contains(expected, $"{(await round.VerifyAsync()).Fault}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_signature_is_one_that_any_library_verifies()
    {
        using var round = await SignedRound.MakeAsync();
        var manifest = await File.ReadAllBytesAsync(round.PathOf(RoundManifest.FileName), Cancellation);
        var parts = (await File.ReadAllTextAsync(round.PathOf(DetachedJws.FileName), Cancellation)).Split('.');
        using var keys = System.Text.Json.JsonDocument.Parse(round.Keys.ToBytes());
        var key = keys.RootElement.GetProperty("keys")[0];
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()) },
        });

        Assert.Equal($$"""{"alg":"ES256","kid":"{{key.GetProperty("kid").GetString()}}"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{Base64Url.EncodeToString(manifest)}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
    }

    [Fact]
    public async Task After_a_rotation_the_old_key_verifies_what_it_signed_and_another_does_not()
    {
        using var round = await SignedRound.MakeAsync();
        using var next = SignedRound.NewSigner(out var key);
        round.Keys = RoundKeySet.Parse(round.Keys.With(key).ToBytes());
        Assert.True((await round.VerifyAsync()).IsSound);
        round.Keys = RoundKeySet.Empty.With(key);
        Assert.Contains("not in the set of keys", $"{(await round.VerifyAsync()).Fault}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_long_is_not_read()
    {
        using var round = await SignedRound.MakeAsync();
        await round.WriteAsync(DetachedJws.FileName, new string('A', 5_000));
        Assert.Contains("more than 4096 bytes", $"{(await round.VerifyAsync()).Fault}", StringComparison.Ordinal);
        using (var huge = new FileStream(round.PathOf(RoundManifest.FileName), FileMode.Open))
            huge.SetLength(17L << 20);
        Assert.Contains("more than 16777216 bytes", $"{(await round.VerifyAsync()).Fault}", StringComparison.Ordinal);
    }
}
