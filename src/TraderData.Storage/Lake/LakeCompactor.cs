using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Writes files of the lake as this program writes them today, with no bar and no answer changed. The partition is replaced first, also when it stays as it
/// is, so that a writer that has put down former values and not yet replaced the partition must begin again; then its former values are cut down.
/// </summary>
internal sealed class LakeCompactor(IBlobs blobs)
{
    // Each repetition means that a writer came between two requests of this one.
    private const int MaxTries = 12;

    /// <summary>Looks after one unit.</summary>
    public async Task<IReadOnlyList<LakeFinding>> CompactAsync(LakeUnit unit, CancellationToken cancellationToken)
    {
        try
        {
            if (unit is { Series: { } series, Partition: { } partition })
                return await CompactPartitionAsync(series, partition, cancellationToken);
            if (unit.Series is not null)
                return await RewriteAsync(unit.Name, file => Sidecar.Decode(unit.Name, unit.Series, file).Encode(unit.Series), cancellationToken);
            return LakeOwners.SymbolOf(unit.Name) is { } symbol
                ? await RewriteAsync(unit.Name, file => LakeOwners.Encode(symbol, LakeOwners.Decode(unit.Name, symbol, file)), cancellationToken)
                : [];
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.Damaged)
        {
            return [LakeVerifier.Damage(unit.Name, e)];
        }
    }

    private async Task<IReadOnlyList<LakeFinding>> RewriteAsync(string name, Func<ReadOnlyMemory<byte>, byte[]> encode, CancellationToken cancellationToken)
    {
        var changed = false;
        await blobs.UpdateAsync(name, present =>
        {
            var content = present is null ? null : encode(present.Bytes);
            changed = content is not null && !present!.Bytes.Span.SequenceEqual(content);
            return changed ? content : null;
        }, cancellationToken);
        return changed ? [new LakeFinding(name, LakeFindingKind.Compacted, "written in the present format")] : [];
    }

    private async Task<IReadOnlyList<LakeFinding>> CompactPartitionAsync(Series series, Partition partition, CancellationToken cancellationToken)
    {
        var (name, revisionsName) = (LakePath.Blob(series, partition), LakePath.Revisions(series, partition));
        var findings = new List<LakeFinding>();
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            if (await blobs.ReadAsync(name, cancellationToken) is not { } file)
                return findings;
            var former = await blobs.ReadAsync(revisionsName, cancellationToken);
            var held = PartitionFile.Decode(name, series, partition, file.Bytes, withUpdates: true);
            var revisions = former is null ? Revisions.Empty : RevisionsFile.Decode(revisionsName, series, partition, former.Bytes);
            if (revisions.Count < held.Revisions)
                throw RevisionsFile.Damaged(revisionsName, series, partition, $"{revisions.Count} former values, {partition.Name}.parquet knows of {held.Revisions}");
            var stored = held.Stored();
            // Without a count they are a killed writer's: none of them was ever replaced.
            var all = new LakePartition(stored, held.Revisions == 0 ? Revisions.Empty : revisions.SettledBy(stored)).Condensed();
            var content = PartitionFile.Encode(series, all.Bars with { Bars = all.Bars.Bars.Normalize() }, all.Revisions.Count);
            var formerContent = all.Revisions.Count == 0 ? null : RevisionsFile.Encode(series, partition, all.Revisions);
            var formerStays = former is null ? formerContent is null : formerContent is not null && former.Bytes.Span.SequenceEqual(formerContent);
            var stays = file.Bytes.Span.SequenceEqual(content);
            if (stays && formerStays)
                return findings;
            if (!await ReplaceAsync(name, file.Version, content, cancellationToken))
                continue;
            if (!stays)
                findings.Add(new LakeFinding(name, LakeFindingKind.Compacted, $"{all.Bars.Bars.Count} bars written in the present form"));
            if (formerStays || !await ReplaceFormerAsync(revisionsName, former!.Version, formerContent, cancellationToken))
                continue;
            findings.Add(new LakeFinding(revisionsName, LakeFindingKind.Compacted, formerContent is null
                ? $"removed: none of its {revisions.Count} values was ever replaced"
                : $"{all.Revisions.Count} former values written in the present form, {revisions.Count - all.Revisions.Count} that are none dropped"));
            return findings;
        }

        throw new StorageException(StorageErrorKind.Conflict, $"{name}: other writers were faster {MaxTries} times (run it again, with fewer writers at once)");
    }

    private Task<bool> ReplaceFormerAsync(string name, string version, byte[]? content, CancellationToken cancellationToken) =>
        content is null ? blobs.DeleteAsync(name, version, cancellationToken) : ReplaceAsync(name, version, content, cancellationToken);

    private async Task<bool> ReplaceAsync(string name, string version, byte[] content, CancellationToken cancellationToken)
    {
        var replaced = false;
        await blobs.UpdateAsync(name, present =>
        {
            replaced = present?.Version == version;
            return replaced ? content : null;
        }, cancellationToken);
        return replaced;
    }
}
