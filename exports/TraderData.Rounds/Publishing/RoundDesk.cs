using System.Security.Cryptography;
using System.Text;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>
/// Makes rounds, publishes and retires them. Each step ends with one replacement of the index, so that a process that is killed leaves a round as it was before
/// the step or as it is behind it, and doing it again ends the same.
/// </summary>
/// <param name="builder">Builds the files.</param>
/// <param name="files">Where they are.</param>
/// <param name="rounds">The index.</param>
/// <param name="signer">Signs manifests; null when this process has no key.</param>
public sealed class RoundDesk(RoundBuilder builder, IFileStore files, RoundShelf rounds, IRoundSigner? signer)
{
    /// <summary>Builds a round, signs it when there is a key, and lists it as a draft.</summary>
    /// <param name="spec">What to cut.</param>
    /// <param name="progress">Is told how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops the work; nothing is listed then.</param>
    /// <exception cref="RoundStateException">It is published or retired already, and does not change any more.</exception>
    /// <exception cref="RoundSpecException">The bars that are held do not make this round.</exception>
    /// <exception cref="SigningException">The key cannot be used.</exception>
    /// <exception cref="StorageException">A store failed.</exception>
    public async Task<RoundEntry> CreateAsync(RoundSpec spec, IProgress<RoundProgress>? progress, CancellationToken cancellationToken)
    {
        var id = RoundIds.Of(spec);
        RequireDraft(await rounds.IndexAsync(cancellationToken), id);
        // Looked at before hours of work.
        if (signer is not null)
            await rounds.AddKeyAsync(await signer.KeyAsync(cancellationToken), cancellationToken);
        var manifest = await builder.BuildAsync(spec, progress, cancellationToken);
        var bytes = manifest.ToBytes();
        if (signer is not null)
            await SignAsync(id, bytes, signer, cancellationToken);
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var entry = new RoundEntry(
            id, spec.Name, RoundState.Draft, rounds.NowMs(), spec.AsOfMs, digest, [.. manifest.Files.Select(f => f with { Columns = [], FirstMs = null, LastMs = null })])
        {
            Description = spec.Description,
            ExpiresMs = spec.ExpiresMs,
        };
        var changed = await rounds.ChangeAsync(index =>
        {
            RequireDraft(index, id);
            // The same bytes are the same round: when it was first built stays.
            return index.With(index.Find(id) is { } before && before.ManifestSha256 == digest ? entry with { CreatedMs = before.CreatedMs } : entry);
        }, cancellationToken);
        return changed.Find(id)!;
    }

    /// <summary>
    /// Publishes a draft once every byte of it was found to be what is signed, and makes it the current one in the same step. A round that is published already
    /// becomes current again.
    /// </summary>
    /// <param name="roundId">The round.</param>
    /// <param name="makeCurrent">True to offer it first.</param>
    /// <param name="progress">Is told how far the check is; null for nobody.</param>
    /// <param name="cancellationToken">Stops the work; nothing is changed then.</param>
    /// <exception cref="RoundStateException">There is no such round; it has expired, is retired, not signed or not sound; or it was built anew meanwhile.</exception>
    /// <exception cref="SigningException">The key cannot be used.</exception>
    /// <exception cref="StorageException">The store failed.</exception>
    public async Task<RoundEntry> PublishAsync(string roundId, bool makeCurrent, IProgress<RoundBytes>? progress, CancellationToken cancellationToken)
    {
        var before = Find(await rounds.IndexAsync(cancellationToken), roundId);
        RequirePublishable(before);
        if (before.State == RoundState.Draft)
            await RequireSoundAsync(before, progress, cancellationToken);
        var nowMs = rounds.NowMs();
        var changed = await rounds.ChangeAsync(index =>
        {
            var entry = Find(index, roundId);
            RequirePublishable(entry);
            if (entry.ManifestSha256 != before.ManifestSha256)
                throw new RoundStateException($"round {roundId} was built anew while it was checked; publish it again");
            return index.With(entry with { State = RoundState.Published, PublishedMs = entry.PublishedMs ?? nowMs }) with { Current = makeCurrent ? roundId : index.Current };
        }, cancellationToken);
        return changed.Find(roundId)!;
    }

    /// <summary>Offers a round no more. Its files stay.</summary>
    /// <param name="roundId">The round.</param>
    /// <param name="evenCurrent">True to retire it also when it is the current one; there is none then.</param>
    /// <param name="cancellationToken">Stops the work; nothing is changed then.</param>
    /// <exception cref="RoundStateException">There is no such round, or it is the current one.</exception>
    /// <exception cref="StorageException">The store failed.</exception>
    public async Task<RoundEntry> RetireAsync(string roundId, bool evenCurrent, CancellationToken cancellationToken)
    {
        var nowMs = rounds.NowMs();
        var changed = await rounds.ChangeAsync(index =>
        {
            var entry = Find(index, roundId);
            if (index.Current == roundId && !evenCurrent)
                throw new RoundStateException($"round {roundId} is the current one: publish another first, or retire it with --force and have none");
            return index.With(entry with { State = RoundState.Retired, RetiredMs = entry.RetiredMs ?? nowMs }) with { Current = index.Current == roundId ? null : index.Current };
        }, cancellationToken);
        return changed.Find(roundId)!;
    }

    private static RoundEntry Find(RoundIndex index, string roundId) =>
        index.Find(roundId) ?? throw new RoundStateException($"there is no round '{Shown.Of(roundId)}'; see which there are: trader-data round list");

    private static void RequireDraft(RoundIndex index, string roundId)
    {
        if (index.Find(roundId) is { State: not RoundState.Draft } entry)
            throw new RoundStateException($"round {roundId} is {entry.StateName} and does not change any more: give another as_of, or change the spec");
    }

    private void RequirePublishable(RoundEntry entry)
    {
        if (entry.State == RoundState.Retired)
            throw new RoundStateException($"round {entry.RoundId} is retired: create another, with another as_of");
        if (entry.HasExpired(rounds.NowMs()))
            throw new RoundStateException($"round {entry.RoundId} expired at {TimeText.Iso(entry.ExpiresMs!.Value)}: create another with a later expires_at");
    }

    private async Task RequireSoundAsync(RoundEntry entry, IProgress<RoundBytes>? progress, CancellationToken cancellationToken)
    {
        var verified = await VerifyAsync(entry.RoundId, progress, cancellationToken);
        // Not signed yet, or with a signature of an earlier build: the manifest that the index knows is the one to sign.
        if (verified is { RoundId: null } && signer is not null)
        {
            await rounds.AddKeyAsync(await signer.KeyAsync(cancellationToken), cancellationToken);
            await SignAsync(entry.RoundId, await ManifestAsync(entry, cancellationToken), signer, cancellationToken);
            verified = await VerifyAsync(entry.RoundId, progress, cancellationToken);
        }

        if (verified.Fault is { } fault)
        {
            var remedy = fault.Where == DetachedJws.FileName && signer is null ? "set ROUND_SIGNING_KEY or ROUND_SIGNING_KEY_VAULT" : "create the round again";
            throw new RoundStateException($"round {entry.RoundId} is not sound: {fault.Where}: {fault.What} ({remedy})");
        }

        if (Convert.ToHexStringLower(SHA256.HashData(verified.Manifest.Span)) != entry.ManifestSha256 || verified.RoundId != entry.RoundId)
            throw new RoundStateException($"round {entry.RoundId} is not sound: its manifest is not the one that the index knows (create the round again)");
    }

    private async Task<RoundVerification> VerifyAsync(string roundId, IProgress<RoundBytes>? progress, CancellationToken cancellationToken) => await RoundVerifier.VerifyAsync(
        (name, token) => files.OpenReadAsync(RoundBuilder.FolderOf(roundId) + name, token), names: null, await rounds.KeysAsync(cancellationToken), progress, cancellationToken);

    private async Task<byte[]> ManifestAsync(RoundEntry entry, CancellationToken cancellationToken)
    {
        await using var stream = await files.OpenReadAsync(RoundBuilder.FolderOf(entry.RoundId) + RoundManifest.FileName, cancellationToken);
        var bytes = stream is null ? [] : await BoundedRead.AllAsync(stream, ManifestFiles.MaxBytes, cancellationToken);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == entry.ManifestSha256
            ? bytes
            : throw new RoundStateException($"round {entry.RoundId} is not sound: its manifest is not the one that the index knows (create the round again)");
    }

    private async Task SignAsync(string roundId, byte[] manifest, IRoundSigner with, CancellationToken cancellationToken)
    {
        var jws = Encoding.ASCII.GetBytes(await DetachedJws.SignAsync(manifest, with, cancellationToken));
        await files.WriteAsync(
            RoundBuilder.FolderOf(roundId) + DetachedJws.FileName, overwrite: true, async (stream, token) => await stream.WriteAsync(jws, token), cancellationToken);
    }
}
