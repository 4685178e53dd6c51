using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage;

/// <summary>
/// Reads every file of the lake and tells what is wrong with it. Checksums cover pages and footers; what lies between them is covered by writing anew what
/// was read and comparing the bytes, since the lake has one form for each content.
/// </summary>
internal sealed class LakeVerifier(IBlobs blobs)
{
    private const string Compact = "run trader-data lake compact";

    // A writer that comes between two reads makes them look as if they did not belong together.
    private const int Tries = 3;

    /// <summary>Looks at one unit.</summary>
    public async Task<IReadOnlyList<LakeFinding>> CheckAsync(LakeUnit unit, CancellationToken cancellationToken)
    {
        try
        {
            if (unit is { Series: { } series, Partition: { } partition })
                return await CheckPartitionAsync(series, partition, cancellationToken);
            if (await blobs.ReadAsync(unit.Name, cancellationToken) is not { } content)
                return [];
            if (unit.Series is not null)
                return Canonical(unit.Name, Sidecar.Decode(unit.Name, unit.Series, content.Bytes).Encode(unit.Series), content);
            return LakeOwners.SymbolOf(unit.Name) is { } symbol
                ? await CheckClaimAsync(unit.Name, symbol, content, cancellationToken)
                : [new LakeFinding(unit.Name, LakeFindingKind.Foreign, "no file of the lake", "move it away if it is not meant to be there")];
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.Damaged)
        {
            return [Damage(unit.Name, e)];
        }
    }

    /// <summary>The finding for a file that cannot be read.</summary>
    public static LakeFinding Damage(string file, StorageException fault)
    {
        // The message is "file is damaged: what (remedy)"; the file may be the one beside.
        var start = fault.Message.IndexOf(" is damaged: ", StringComparison.Ordinal);
        var remedy = fault.Message.LastIndexOf(" (", StringComparison.Ordinal);
        return start < 0 || remedy < start
            ? new LakeFinding(file, LakeFindingKind.Damaged, fault.Message)
            : new LakeFinding(fault.Message[..start], LakeFindingKind.Damaged, fault.Message[(start + " is damaged: ".Length)..remedy], fault.Message[(remedy + 2)..^1]);
    }

    // Files of the first format have their own form.
    private static List<LakeFinding> Canonical(string name, ReadOnlySpan<byte> expected, BlobContent content) => content.Bytes.Span.SequenceEqual(expected)
        ? []
        : [new LakeFinding(name, LakeFindingKind.Outdated, "the first format, without a digest", Compact)];

    private async Task<IReadOnlyList<LakeFinding>> CheckClaimAsync(string name, string symbol, BlobContent content, CancellationToken cancellationToken)
    {
        var source = LakeOwners.Decode(name, symbol, content.Bytes);
        var findings = Canonical(name, LakeOwners.Encode(symbol, source), content);
        foreach (var folder in await blobs.ListFoldersAsync(LakePath.Root, cancellationToken))
        {
            if (LakePath.SourceOf(folder) is { } other && other != source
                && (await blobs.ListAsync(LakePath.SymbolFolder(other, symbol), cancellationToken)).Count > 0)
            {
                findings.Add(new LakeFinding(
                    name, LakeFindingKind.Damaged, $"{symbol} belongs to {source}, but there are bars of {other}", "move the folder of one of them away"));
            }
        }

        return findings;
    }

    private async Task<IReadOnlyList<LakeFinding>> CheckPartitionAsync(Series series, Partition partition, CancellationToken cancellationToken)
    {
        var (name, revisionsName) = (LakePath.Blob(series, partition), LakePath.Revisions(series, partition));
        for (var attempt = 1; ; attempt++)
        {
            var file = await blobs.ReadAsync(name, cancellationToken);
            var former = await blobs.ReadAsync(revisionsName, cancellationToken);
            if (file is null)
            {
                return former is null
                    ? []
                    : [new LakeFinding(revisionsName, LakeFindingKind.Damaged, $"former values of {partition.Name}.parquet, which is not there", $"restore {partition.Name}.parquet from a copy")];
            }

            var findings = new List<LakeFinding>();
            var held = PartitionFile.Decode(name, series, partition, file.Bytes, withUpdates: true);
            findings.AddRange(CheckBars(name, series, held, file));
            findings.AddRange(CheckRevisions(revisionsName, series, partition, held, former));
            if (attempt == Tries || !findings.Exists(f => f.Kind == LakeFindingKind.Damaged) || (await blobs.ReadAsync(name, cancellationToken))?.Version == file.Version)
                return findings;
        }
    }

    private static IEnumerable<LakeFinding> CheckBars(string name, Series series, HeldPartition held, BlobContent file)
    {
        // Bars of days and weeks may follow a session; which they do only their source knows.
        Timeframe? grid = series.Timeframe.DurationMs < Timeframe.D1.DurationMs ? series.Timeframe : null;
        for (var i = 0; i < held.Bars.Count; i++)
        {
            if (BarRules.FindViolation(held.Bars.At(i), grid) is var (found, expected))
            {
                yield return new LakeFinding(
                    name, LakeFindingKind.Damaged, $"{TimeText.Iso(held.Bars.Times[i])}: {found}, expected {expected}", $"backfill {series} of that time with --again");
                break;
            }
        }

        var footer = new ParquetReader(file.Bytes).Footer;
        if (PartitionFile.IsOfFirstFormat(footer))
            yield return new LakeFinding(name, LakeFindingKind.Outdated, "the first format, without updated_at", Compact);
        else if (BarFile.LacksPageIndex(footer))
            yield return WithoutPageIndex(name);
        else if (!PartitionFile.Encode(series, held.Normal(), held.Revisions).AsSpan().SequenceEqual(file.Bytes.Span))
            yield return new LakeFinding(name, LakeFindingKind.Damaged, "its bars are sound, but not its bytes: it was changed by chance or by another program", Compact);
    }

    private static IEnumerable<LakeFinding> CheckRevisions(string name, Series series, Partition partition, HeldPartition held, BlobContent? file)
    {
        if (file is null)
        {
            if (held.Revisions > 0)
                yield return TooFew(name, partition, 0, held.Revisions);
            yield break;
        }

        Revisions? revisions = null;
        LakeFinding? damage = null;
        try
        {
            revisions = RevisionsFile.Decode(name, series, partition, file.Bytes);
        }
        catch (StorageException e)
        {
            damage = Damage(name, e);
        }

        if (revisions is null)
        {
            yield return damage!;
            yield break;
        }

        if (revisions.Count < held.Revisions)
            yield return TooFew(name, partition, revisions.Count, held.Revisions);
        if (BarFile.LacksPageIndex(new ParquetReader(file.Bytes).Footer))
            yield return WithoutPageIndex(name);
        else if (revisions.Count == 0 || !RevisionsFile.Encode(series, partition, revisions).AsSpan().SequenceEqual(file.Bytes.Span))
            yield return new LakeFinding(name, LakeFindingKind.Damaged, "its values are sound, but not its bytes: it was changed by chance or by another program", Compact);
        foreach (var finding in CheckChains(name, held, revisions))
            yield return finding;
    }

    private static IEnumerable<LakeFinding> CheckChains(string name, HeldPartition held, Revisions revisions)
    {
        var stored = held.Stored();
        foreach (var revision in revisions.In(TimeRange.All))
        {
            var index = stored.Bars.Times.BinarySearch(revision.Old.TimeMs);
            var updatedMs = index < 0 ? 0 : stored.UpdatedMs.Span[index];
            if (index >= 0 && (updatedMs == StoredBars.Unknown || (revision.RecordedMs ?? StoredBars.Unknown) <= updatedMs))
                continue;
            var found = index < 0 ? "is not in the partition" : $"was stored at {TimeText.Iso(updatedMs)}, before its former value at {TimeText.Iso(revision.RecordedMs!.Value)}";
            yield return new LakeFinding(name, LakeFindingKind.Damaged, $"the bar of {TimeText.Iso(revision.Old.TimeMs)} {found}", "restore both files from the same copy");
            yield break;
        }

        var settled = revisions.SettledBy(stored);
        if (held.Revisions == 0 && settled.Count > 0)
            yield return new LakeFinding(name, LakeFindingKind.Damaged, $"{settled.Count} former values that the partition does not know of", "restore both files from the same copy");
        else if (!settled.In(TimeRange.All).SequenceEqual(revisions.In(TimeRange.All)))
            yield return new LakeFinding(name, LakeFindingKind.Outdated, "values that a killed writer was about to replace, or times that the next value corrects", Compact);
    }

    private static LakeFinding WithoutPageIndex(string name) =>
        new(name, LakeFindingKind.Outdated, "without an index of its pages: a range of it is read as slowly as all of it", Compact);

    private static LakeFinding TooFew(string name, Partition partition, int found, int expected) => new(
        name, LakeFindingKind.Damaged, $"{found} former values, {partition.Name}.parquet knows of {expected}", "restore it from a copy");
}
