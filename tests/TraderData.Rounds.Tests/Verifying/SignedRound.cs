using System.Text;

namespace TraderData.Rounds.Tests;

/// <summary>A small signed round in a folder of its own.</summary>
internal sealed class SignedRound : IDisposable
{
    private readonly TestFolder _folder = new();

    private SignedRound(PemSigner signer, RoundKeySet keys) => (Signer, Keys) = (signer, keys);

    public PemSigner Signer { get; }

    public RoundKeySet Keys { get; set; }

    public string Folder => _folder.Path;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SignedRound> MakeAsync()
    {
        var round = new SignedRound(NewSigner(out var key), RoundKeySet.Empty.With(key));
        // Few rows: each of their bytes is changed in turn.
        var spec = Made.Spec(more: ", \"features\": [\"hour\"], \"embargo_bars\": 1", hours: 24);
        var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, Made.Walk(1, 24)), spec);
        foreach (var (name, content) in files.Content)
            await File.WriteAllBytesAsync(round.PathOf(Path.GetFileName(name)), content, Cancellation);
        await round.WriteAsync(DetachedJws.FileName, await DetachedJws.SignAsync(manifest.ToBytes(), round.Signer, Cancellation));
        return round;
    }

    public static PemSigner NewSigner(out RoundKey key)
    {
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "key.pem");
        (var pem, key) = PemSigner.Generate();
        File.WriteAllText(path, pem);
        return PemSigner.Open(path);
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public Task WriteAsync(string name, string text) => File.WriteAllTextAsync(PathOf(name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Cancellation);

    /// <summary>Puts a manifest in place that is signed with the round's own key.</summary>
    public async Task ResignAsync(string manifest)
    {
        await WriteAsync(RoundManifest.FileName, manifest);
        await WriteAsync(DetachedJws.FileName, await DetachedJws.SignAsync(Encoding.UTF8.GetBytes(manifest), Signer, Cancellation));
    }

    public Task<RoundVerification> VerifyAsync() => RoundVerifier.VerifyAsync(Folder, Keys, progress: null, Cancellation);

    public void Dispose()
    {
        Signer.Dispose();
        _folder.Dispose();
    }
}
