using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Exports a range of a stored series to a file, a stream or the file store, and tells what is missing in it.</summary>
public sealed class LonaExport
{
    private readonly IBarStore _store;
    private readonly IFileStore _files;
    private readonly IInstrumentBook _book;
    private readonly TimeProvider _time;

    /// <summary>Makes the export.</summary>
    /// <param name="store">Where bars are read.</param>
    /// <param name="files">Where <see cref="ExportTarget.Blob"/> writes.</param>
    /// <param name="book">Tells when instruments were not traded.</param>
    /// <param name="time">Tells which bars can be closed by now.</param>
    public LonaExport(IBarStore store, IFileStore files, IInstrumentBook book, TimeProvider time) =>
        (_store, _files, _book, _time) = (store, files, book, time);

    /// <summary>Runs an export as the other overload does, and tells nobody how far it is.</summary>
    public Task<LonaExportResult> RunAsync(LonaExportRequest request, CancellationToken cancellationToken) => RunAsync(request, progress: null, cancellationToken);

    /// <summary>Runs an export. A file appears whole, with its side files, or not at all.</summary>
    /// <param name="request">What to export.</param>
    /// <param name="progress">Is told for each block of bars how far it has come; null when nobody asks.</param>
    /// <param name="cancellationToken">Stops the work; no file is left behind.</param>
    /// <exception cref="UnknownSeriesException">No bars of the series are held, nor any that it could be made of.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The request is as of a time that is still to come.</exception>
    /// <exception cref="StorageException">A store failed; kind <see cref="StorageErrorKind.Refused"/> when the file is there and was not to be replaced.</exception>
    public async Task<LonaExportResult> RunAsync(LonaExportRequest request, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        if (request.Target is ExportTarget.ToFile file && AtomicFile.Fault(file.Path, request.Force) is { } fault)
            throw new StorageException(StorageErrorKind.Refused, fault);
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (request.AsOfMs > nowMs)
            throw new ArgumentOutOfRangeException(nameof(request), $"as of must not be in the future, was {TimeText.Iso(request.AsOfMs.Value)}");
        var reading = await SeriesReader.FindAsync(_store, request.Series, request.AsOfMs, cancellationToken).ConfigureAwait(false)
            ?? throw new UnknownSeriesException(request.Series);
        reading = await SeriesReader.WithListingAsync(reading, _book, cancellationToken).ConfigureAwait(false);
        var span = await SeriesReader.SpanAsync(_store, reading, request.AsOfMs, cancellationToken).ConfigureAwait(false);
        var bars = new WatchedBars(_store, reading, request, ClosedPart(request, reading, span?.LastMs, nowMs), progress);

        // A stream cannot be taken back, and a file without bars is no data: both are known before the first byte.
        if (request is { OnGap: OnGap.Fail, Target: ExportTarget.ToStream } || span is null)
        {
            var coverage = await bars.LookAsync(cancellationToken).ConfigureAwait(false);
            if (coverage.Rows == 0 || bars.AreRefused(coverage))
                return bars.NothingWritten(coverage);
        }

        try
        {
            return request.Target switch
            {
                ExportTarget.ToFile { Path: var path } => await LonaFileTarget.WriteAsync(path, bars, cancellationToken).ConfigureAwait(false),
                ExportTarget.ToStream { Stream: var stream } => await WriteStreamAsync(stream, bars, cancellationToken).ConfigureAwait(false),
                ExportTarget.ToBlob { Name: { } name } => await LonaBlobTarget.WriteAsync(_files, name, bars, cancellationToken).ConfigureAwait(false),
                _ => await LonaBlobTarget.WriteAsync(_files, LonaBlobTarget.NameOf(request, reading), bars, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (Exception e) when (CoverageOf(e) is not null)
        {
            return bars.NothingWritten(CoverageOf(e)!);
        }
    }

    /// <summary>The name of a whole export to <see cref="ExportTarget.Blob"/> that was written before in the layout of a request; null when there is none.</summary>
    /// <exception cref="StorageException">The file store failed.</exception>
    public async Task<string?> FindWrittenAsync(LonaExportRequest request, CancellationToken cancellationToken)
    {
        if (await SeriesReader.FindAsync(_store, request.Series, request.AsOfMs, cancellationToken).ConfigureAwait(false) is not { } reading)
            return null;
        var name = LonaBlobTarget.NameOf(request, reading);
        // Its manifest appears last.
        var stream = await _files.OpenReadAsync(name + LonaManifest.ManifestEnd, cancellationToken).ConfigureAwait(false);
        if (stream is null)
            return null;
        await using (stream.ConfigureAwait(false))
            return LonaExportFile.Read(name, await LonaManifest.ParseAsync(stream, cancellationToken).ConfigureAwait(false)) is { } file && file.Layout == request.Layout ? name : null;
    }

    // A file store may wrap what ended its write.
    private static Coverage? CoverageOf(Exception? e) => e is null ? null : e is IncompleteExportException i ? i.Coverage : CoverageOf(e.InnerException);

    /// <summary>
    /// The part of a range whose bars can be there: up to the opening time of the bar that was forming, by our clock or at the time that the bars are
    /// of, or the last bar that was held then, should the source's clock be ahead.
    /// </summary>
    private static TimeRange ClosedPart(LonaExportRequest request, SeriesReading reading, long? lastMs, long nowMs)
    {
        var formingMs = request.Series.Timeframe.Floor(request.AsOfMs ?? nowMs);
        var fine = reading.Held.Series.Timeframe;
        var heldMs = lastMs is not { } last ? formingMs
            : reading.IsResampled ? request.Series.Timeframe.Floor(fine.Floor(last) + fine.DurationMs)
            : last + 1;
        var end = Math.Min(request.Range.EndMs, Math.Max(formingMs, heldMs));
        return new TimeRange(Math.Min(request.Range.StartMs, end), end);
    }

    private static async Task<LonaExportResult> WriteStreamAsync(Stream stream, WatchedBars bars, CancellationToken cancellationToken)
    {
        var (coverage, summary) = await bars.WriteAsync(stream, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new LonaExportResult(coverage, summary, null);
    }
}
