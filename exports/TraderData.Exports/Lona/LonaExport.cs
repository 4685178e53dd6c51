using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Exports a range of a stored series to a file, a stream or the file store, and tells what is missing in it.</summary>
public sealed class LonaExport
{
    private readonly IBarStore _store;
    private readonly IFileStore _files;
    private readonly TimeProvider _time;

    /// <summary>Makes the export.</summary>
    /// <param name="store">Where bars are read.</param>
    /// <param name="files">Where <see cref="ExportTarget.Blob"/> writes.</param>
    /// <param name="time">Tells which bars can be closed by now.</param>
    public LonaExport(IBarStore store, IFileStore files, TimeProvider time) => (_store, _files, _time) = (store, files, time);

    /// <summary>Runs an export. A file appears whole, with its side files, or not at all.</summary>
    /// <exception cref="UnknownSeriesException">No bars of the series are held.</exception>
    /// <exception cref="StorageException">A store failed; kind <see cref="StorageErrorKind.Refused"/> when the file is there and was not to be replaced.</exception>
    public async Task<LonaExportResult> RunAsync(LonaExportRequest request, CancellationToken cancellationToken)
    {
        if (request.Target is ExportTarget.ToFile file && AtomicFile.Fault(file.Path, request.Force) is { } fault)
            throw new StorageException(StorageErrorKind.Refused, fault);
        var info = await _store.FindAsync(request.Series, cancellationToken).ConfigureAwait(false) ?? throw new UnknownSeriesException(request.Series);
        var bars = new WatchedBars(_store, info, request, ClosedPart(request.Range, info));

        // A stream cannot be taken back, and a file without bars is no data: both are known before the first byte.
        if (request is { OnGap: OnGap.Fail, Target: ExportTarget.ToStream } || info.FirstMs is null)
        {
            var coverage = await bars.LookAsync(cancellationToken).ConfigureAwait(false);
            if (coverage.Rows == 0 || (coverage.GapCount > 0 && request.OnGap == OnGap.Fail))
                return new LonaExportResult(coverage, null, null);
        }

        try
        {
            return request.Target switch
            {
                ExportTarget.ToFile { Path: var path } => await LonaFileTarget.WriteAsync(path, bars, cancellationToken).ConfigureAwait(false),
                ExportTarget.ToStream { Stream: var stream } => await WriteStreamAsync(stream, bars, cancellationToken).ConfigureAwait(false),
                _ => await LonaBlobTarget.WriteAsync(_files, bars, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (Exception e) when (CoverageOf(e) is not null)
        {
            return new LonaExportResult(CoverageOf(e)!, null, null);
        }
    }

    // A file store may wrap what ended its write.
    private static Coverage? CoverageOf(Exception? e) => e is null ? null : e is IncompleteExportException i ? i.Coverage : CoverageOf(e.InnerException);

    /// <summary>
    /// The part of a range whose bars can be there: up to the opening time of the bar that is forming by our clock, or the last bar that is held,
    /// should the source's clock be ahead.
    /// </summary>
    private TimeRange ClosedPart(TimeRange range, SeriesInfo info)
    {
        var formingMs = info.Series.Timeframe.Floor(_time.GetUtcNow().ToUnixTimeMilliseconds());
        var end = Math.Min(range.EndMs, Math.Max(formingMs, (info.LastMs ?? TimeText.MinMs) + 1));
        return new TimeRange(Math.Min(range.StartMs, end), end);
    }

    private static async Task<LonaExportResult> WriteStreamAsync(Stream stream, WatchedBars bars, CancellationToken cancellationToken)
    {
        var (coverage, summary) = await bars.WriteAsync(stream, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new LonaExportResult(coverage, summary, null);
    }
}
