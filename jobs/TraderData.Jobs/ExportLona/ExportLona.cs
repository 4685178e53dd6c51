using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Jobs;

/// <summary>
/// Writes the exports that are due to the file store and uploads them where there is a gateway. Safe to be run twice and to be killed: a whole export is not
/// written again, what was uploaded is noted beside it, and an upload whose note was lost is found by its name.
/// </summary>
/// <param name="options">What is exported.</param>
/// <param name="export">Writes exports.</param>
/// <param name="store">Tells what is held.</param>
/// <param name="files">Where they are written.</param>
/// <param name="gateways">Lona's gateway; none for files alone.</param>
/// <param name="logger">Hears of what was done.</param>
public sealed class ExportLona(
    JobsOptions options, LonaExport export, IBarStore store, IFileStore files, IEnumerable<LonaGateway> gateways, ILogger<ExportLona> logger)
{
    private const string UploadedEnd = ".uploaded.json";

    private readonly LonaGateway? _gateway = gateways.FirstOrDefault();

    /// <summary>Runs the exports of a time; those that fail hold up no other.</summary>
    /// <param name="due">The time that the schedule names.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What failed, a line for each series; empty when nothing did.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        var endMs = Timeframe.D1.Floor(due.ToUnixTimeMilliseconds());
        foreach (var (series, days) in options.ExportLona.Parse(out _))
        {
            try
            {
                await RunAsync(series, new TimeRange(endMs - (days * Timeframe.D1.DurationMs), endMs), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is StorageException or BadDataException or UnknownSeriesException or LonaGatewayException)
            {
                failures.Add($"{series}: {e.Message}");
                logger.LonaExportFailed(series.ToString(), e.Message);
            }
        }

        return failures;
    }

    private async Task RunAsync(Series series, TimeRange range, CancellationToken cancellationToken)
    {
        // By force: what a kill left has no manifest, and is replaced.
        var request = new LonaExportRequest(series, range, LonaUpload.Layout, ExportTarget.Blob, Force: true);
        var name = await export.FindWrittenAsync(request, cancellationToken).ConfigureAwait(false) ?? await WriteAsync(request, cancellationToken).ConfigureAwait(false);
        if (_gateway is not null)
            await UploadAsync(_gateway, series, range, name, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> WriteAsync(LonaExportRequest request, CancellationToken cancellationToken)
    {
        var result = await export.RunAsync(request, cancellationToken).ConfigureAwait(false);
        if (result.Written is not { } written)
            throw new BadDataException(request.Series.ToString(), $"no bar of {request.Range}", "some; look at 'trader-data coverage'");
        logger.LonaExported(request.Series.ToString(), result.Location!, written.Rows, result.Coverage.MissingBars);
        return result.Location!;
    }

    private async Task UploadAsync(LonaGateway gateway, Series series, TimeRange range, string name, CancellationToken cancellationToken)
    {
        if (await files.OpenReadAsync(name + UploadedEnd, cancellationToken).ConfigureAwait(false) is { } note)
        {
            await note.DisposeAsync().ConfigureAwait(false);
            return;
        }

        var info = await store.FindAsync(series, cancellationToken).ConfigureAwait(false);
        var upload = LonaUpload.Of(series, info?.Provenance ?? Provenance.Unknown, range);
        // A try before may have been taken without our hearing of it.
        var symbol = await gateway.FindAsync(upload.Name, cancellationToken).ConfigureAwait(false);
        if (symbol is null)
        {
            var file = await files.OpenReadAsync(name, cancellationToken).ConfigureAwait(false) ?? throw new StorageException(StorageErrorKind.Damaged, $"{name} is gone, though its manifest is there");
            await using (file.ConfigureAwait(false))
                symbol = await gateway.UploadAsync(upload, file, cancellationToken).ConfigureAwait(false);
        }

        await NoteAsync(name + UploadedEnd, symbol.Id, upload.Name, cancellationToken).ConfigureAwait(false);
        logger.LonaUploaded(series.ToString(), upload.Name, symbol.Id);
    }

    private Task NoteAsync(string name, string id, string symbol, CancellationToken cancellationToken) => files.WriteAsync(name, overwrite: true, async (stream, token) =>
    {
        var text = $"{{\"id\":\"{JsonEncodedText.Encode(id)}\",\"name\":\"{JsonEncodedText.Encode(symbol)}\"}}\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), token).ConfigureAwait(false);
    }, cancellationToken);
}
