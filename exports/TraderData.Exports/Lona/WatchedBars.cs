using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>The bars of one export on their way to its target, with an eye on what is missing.</summary>
internal sealed class WatchedBars(IBarStore store, SeriesReading reading, LonaExportRequest request, TimeRange closed, IProgress<ExportProgress>? progress)
{
    public SeriesReading Reading => reading;

    public LonaExportRequest Request => request;

    /// <summary>What is held and missing, with nothing written.</summary>
    public Task<Coverage> LookAsync(CancellationToken cancellationToken) =>
        CoverageScan.ReadAsync(store, reading, closed, request.AsOfMs, cancellationToken);

    /// <summary>True when so much is missing that the request asks for nothing to be written.</summary>
    public bool AreRefused(Coverage coverage) => request.OnGap == OnGap.Fail && (coverage.MissingBars > 0 || coverage.IncompleteBars > 0);

    /// <summary>The result of an export that wrote nothing.</summary>
    public LonaExportResult NothingWritten(Coverage coverage) =>
        new(coverage, null, null) { IsEmpty = coverage.Rows == (request.CompleteOnly ? coverage.IncompleteBars : 0) };

    /// <summary>Writes the file.</summary>
    /// <exception cref="IncompleteExportException">
    /// There is no bar at all: thrown before the first byte. Or bars are missing and the request is to fail then: thrown behind the last byte,
    /// so that what was written must be thrown away.
    /// </exception>
    public async Task<(Coverage Coverage, LonaSummary Summary)> WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        var scan = new CoverageScan(reading, closed);
        var first = scan.WatchAsync(store, request.CompleteOnly, request.AsOfMs, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (first.ConfigureAwait(false))
        {
            if (!await first.MoveNextAsync().ConfigureAwait(false))
                throw new IncompleteExportException(scan.Finish());
            var bars = FromAsync(first, cancellationToken);
            var summary = await LonaExporter.WriteAsync(destination, request.Series, bars, request.Layout, cancellationToken).ConfigureAwait(false);
            var coverage = scan.Finish();
            return AreRefused(coverage) ? throw new IncompleteExportException(coverage) : (coverage, summary);
        }
    }

    private async IAsyncEnumerable<BarBlock> FromAsync(IAsyncEnumerator<BarBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = 0L;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return blocks.Current;
            rows += blocks.Current.Count;
            if (progress is not null && blocks.Current.Count > 0)
                progress.Report(new ExportProgress(rows, Math.Clamp((double)(blocks.Current.LastMs - closed.StartMs) / (closed.EndMs - closed.StartMs), 0, 1)));
        }
        while (await blocks.MoveNextAsync().ConfigureAwait(false));
    }
}

/// <summary>Ends a write whose bars are not all there, so that the target throws away what it has.</summary>
internal sealed class IncompleteExportException(Coverage coverage) : Exception("bars are missing")
{
    public Coverage Coverage { get; } = coverage;
}
