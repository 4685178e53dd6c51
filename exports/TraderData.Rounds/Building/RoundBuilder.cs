using System.Reflection;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>How far a build is.</summary>
/// <param name="Step"><c>looking</c> or <c>writing</c>.</param>
/// <param name="Series">The series that is worked on.</param>
/// <param name="Done">How many are done in this step.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct RoundProgress(string Step, Series Series, int Done, int Total);

/// <summary>
/// Builds the files of a round in the file store, as <c>rounds/{id}/…</c>. Reads series after series, a block of bars at a time, so that memory does not grow with
/// the round. The same spec over the same bars gives the same bytes on every machine; a build that was killed is done by doing it again. The manifest appears last.
/// </summary>
public sealed class RoundBuilder(IBarStore store, IFileStore files, IInstrumentBook book)
{
    /// <summary>The version that the manifest names.</summary>
    public string CodeVersion { get; init; } =
        typeof(RoundBuilder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The folder of a round: <c>rounds/{id}/</c>.</summary>
    public static string FolderOf(string roundId) => $"rounds/{roundId}/";

    /// <summary>Builds a round, in place of files that an earlier build left under its name.</summary>
    /// <param name="spec">What to cut.</param>
    /// <param name="progress">Is told how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops the work; files that are done stay, without a manifest.</param>
    /// <exception cref="RoundSpecException">Series are not held, or their numbers do not go into one file exactly.</exception>
    /// <exception cref="BadDataException">A bar cannot be believed.</exception>
    /// <exception cref="StorageException">A store failed.</exception>
    public async Task<RoundManifest> BuildAsync(RoundSpec spec, IProgress<RoundProgress>? progress, CancellationToken cancellationToken)
    {
        var facts = await new UniverseScan(store, book, spec).RunAsync(progress, cancellationToken);
        var layout = UniverseScan.LayoutOf(spec, facts);
        var id = RoundIds.Of(spec);
        var series = facts
            .Select(f => new RoundSeries(f.Series, f.Coverage.MadeOf, f.Provenance, f.Rows, f.Span.FirstMs, f.Span.LastMs)).ToArray();
        var outliers = facts.Select(_ => new OutlierList()).ToArray();
        var written = new List<RoundFile>();
        await OpenAllAsync(id, [], async streams =>
        {
            using var outputs = new RoundOutputs(layout, streams);
            await WriteRowsAsync(spec, facts, outliers, outputs, progress, cancellationToken);
            RequireRows(outputs);
            written.AddRange(outputs.Finish());
        }, cancellationToken);
        written.Add(await PutAsync(id, "quality.json", "quality", "json", QualityReport.ToBytes(id, [.. facts.Zip(outliers)]), cancellationToken));
        written.Add(await PutAsync(id, "README.md", "readme", "md", TrainerReadme.ToBytes(id, spec, series, written), cancellationToken));
        var manifest = new RoundManifest(id, spec, CodeVersion, series, written);
        await PutAsync(id, RoundManifest.FileName, "manifest", "json", manifest.ToBytes(), cancellationToken);
        return manifest;
    }

    // Each file is open within the writing of the one before, so that all are written in one pass over the bars.
    private Task OpenAllAsync(string id, List<Stream> open, Func<IReadOnlyList<Stream>, Task> write, CancellationToken cancellationToken) =>
        open.Count == RoundOutputs.FileNames.Count
            ? write(open)
            : files.WriteAsync(
                FolderOf(id) + RoundOutputs.FileNames[open.Count],
                overwrite: true,
                (stream, token) => OpenAllAsync(id, [.. open, stream], write, token),
                cancellationToken);

    private async Task WriteRowsAsync(
        RoundSpec spec, IReadOnlyList<SeriesFacts> facts, OutlierList[] outliers, RoundOutputs outputs, IProgress<RoundProgress>? progress, CancellationToken cancellationToken)
    {
        var rows = new SeriesRows(outputs.Layout, SeriesCut.CapacityFor(spec));
        var query = new BarQuery(spec.Range, AsOfMs: spec.AsOfMs);
        for (var i = 0; i < facts.Count; i++)
        {
            var (reading, prices, volumes) = (facts[i].Reading, facts[i].Prices.Scale, facts[i].Volumes.Scale);
            progress?.Report(new RoundProgress("writing", reading.Series, i, facts.Count));
            var cut = new SeriesCut(spec, reading.Series, facts[i].Provenance.AssetClass, outputs, rows, outliers[i]);
            await foreach (var block in SeriesReader.ReadAsync(store, reading, query, SeriesFacts.CompleteOnly(reading), cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                cut.Push(block.PriceScale == prices && block.VolumeScale == volumes ? block : block.Rescale(prices, volumes, block.VwapScale));
            }

            cut.Finish();
        }
    }

    private static void RequireRows(RoundOutputs outputs)
    {
        var empty = RoundSplits.Names.Zip(outputs.SplitRows).Where(s => s.Second == 0).Select(s => s.First).ToArray();
        if (empty.Length > 0)
            throw new RoundSpecException([$"{string.Join(" and ", empty)} would have no row: the bars that are held leave none beside embargo and labels; move the borders or fetch more"]);
    }

    private async Task<RoundFile> PutAsync(string id, string name, string type, string format, byte[] content, CancellationToken cancellationToken)
    {
        await files.WriteAsync(FolderOf(id) + name, overwrite: true, async (stream, token) => await stream.WriteAsync(content, token), cancellationToken);
        return new RoundFile(name, type, format, content.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));
    }
}
