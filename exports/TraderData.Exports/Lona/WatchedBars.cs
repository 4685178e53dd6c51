using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>The bars of one export on their way to its target, with an eye on what is missing.</summary>
internal sealed class WatchedBars(IBarStore store, SeriesInfo info, LonaExportRequest request, TimeRange closed)
{
    public SeriesInfo Info => info;

    public LonaExportRequest Request => request;

    /// <summary>What is held and missing, with nothing written.</summary>
    public Task<Coverage> LookAsync(CancellationToken cancellationToken) => CoverageScan.ReadAsync(store, info, closed, cancellationToken);

    /// <summary>Writes the file.</summary>
    /// <exception cref="IncompleteExportException">
    /// There is no bar at all: thrown before the first byte. Or bars are missing and the request is to fail then: thrown behind the last byte,
    /// so that what was written must be thrown away.
    /// </exception>
    public async Task<(Coverage Coverage, LonaSummary Summary)> WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        var scan = new CoverageScan(info, closed);
        var blocks = scan.Watch(store.ReadAsync(info.Series, new BarQuery(closed), cancellationToken), cancellationToken);
        var first = blocks.GetAsyncEnumerator(cancellationToken);
        await using (first.ConfigureAwait(false))
        {
            if (!await first.MoveNextAsync().ConfigureAwait(false))
                throw new IncompleteExportException(scan.Finish());
            var summary = await LonaExporter.WriteAsync(destination, info.Series, From(first, cancellationToken), request.Layout, cancellationToken).ConfigureAwait(false);
            var coverage = scan.Finish();
            return coverage.GapCount == 0 || request.OnGap == OnGap.Warn ? (coverage, summary) : throw new IncompleteExportException(coverage);
        }
    }

    private static async IAsyncEnumerable<BarBlock> From(IAsyncEnumerator<BarBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return blocks.Current;
        }
        while (await blocks.MoveNextAsync().ConfigureAwait(false));
    }
}

/// <summary>Ends a write whose bars are not all there, so that the target throws away what it has.</summary>
internal sealed class IncompleteExportException(Coverage coverage) : Exception("bars are missing")
{
    public Coverage Coverage { get; } = coverage;
}
