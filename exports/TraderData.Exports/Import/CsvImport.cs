using TraderData.Core;

namespace TraderData.Exports;

/// <summary>
/// Imports CSV files that users bring: the columns of an export, matched by name. The whole file is read and checked before the first bar is
/// written, so that a bad row leaves the store as it was. Importing the same file again changes nothing.
/// </summary>
public sealed class CsvImport
{
    private readonly IBarStore _store;
    private readonly TimeProvider _time;

    /// <summary>Makes the import.</summary>
    /// <param name="store">Where bars go.</param>
    /// <param name="time">Tells which bars are closed: others are refused.</param>
    public CsvImport(IBarStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>Reads and checks a file and then writes its bars.</summary>
    /// <param name="request">What the file is.</param>
    /// <param name="content">The file, UTF-8 or with a byte order mark; stays open.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="BadDataException">The file is not what it should be; the message names the line. Nothing was written.</exception>
    /// <exception cref="StorageException">The store failed, or the symbol belongs to another source. What was written before stays; a repeat completes it.</exception>
    public async Task<CsvImportResult> RunAsync(CsvImportRequest request, Stream content, CancellationToken cancellationToken)
    {
        var bars = await ReadAsync(request, content, _time, cancellationToken).ConfigureAwait(false);
        var written = default(WriteResult);
        foreach (var block in bars.Blocks)
            written += await _store.WriteAsync(request.Series, new BarWrite(block, Provenance.Unknown), cancellationToken).ConfigureAwait(false);
        return new CsvImportResult(bars, written);
    }

    /// <summary>Reads and checks a file and writes nothing.</summary>
    /// <exception cref="BadDataException">The file is not what it should be; the message names the line.</exception>
    public static async Task<CsvBars> ReadAsync(CsvImportRequest request, Stream content, TimeProvider time, CancellationToken cancellationToken)
    {
        using var lines = new CsvLines(request.FileName, content);
        var columns = CsvColumns.Match(await lines.ReadHeaderAsync(cancellationToken).ConfigureAwait(false), lines.Where);
        var rows = new CsvRows(request, columns, time.GetUtcNow().ToUnixTimeMilliseconds());
        var collected = new CsvBlocks(request);
        await lines.ReadAllAsync(line => collected.Add(rows.Read(line), line.Line), cancellationToken).ConfigureAwait(false);
        if (collected.Rows == 0)
            throw new BadDataException(request.FileName, "no row", "at least one row below the header");
        return new CsvBars(collected.Finish(), collected.Rows, rows.TimeFormat, collected.NewestFirst, columns.Ignored);
    }
}
