using System.Text.Json;
using System.Text.Json.Serialization;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>The exports that were asked for: the whole of <c>exports/orders/index.json</c>, which is only ever replaced by another whole. The newest first; the oldest are forgotten.</summary>
internal static class ExportBook
{
    public const string Folder = "exports/orders";

    private const string FileName = $"{Folder}/index.json";

    // Some hundred bytes each.
    private const int MostRecords = 200;
    private const int MaxBytes = 4 << 20;
    private const int Form = 1;

    /// <summary>All records.</summary>
    /// <exception cref="StorageException">The store failed; kind <see cref="StorageErrorKind.Damaged"/> when the file cannot be read.</exception>
    public static async Task<IReadOnlyList<ExportRecord>> ReadAsync(IFileStore files, CancellationToken cancellationToken)
    {
        var stream = await files.OpenReadAsync(FileName, cancellationToken).ConfigureAwait(false);
        if (stream is null)
            return [];
        await using (stream.ConfigureAwait(false))
        {
            if (stream.Length > MaxBytes)
                throw new StorageException(StorageErrorKind.Damaged, $"{FileName} has {stream.Length} bytes, more than trader-data writes ({MaxBytes}): delete it, exports that were made stay");
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return Parse(bytes);
        }
    }

    /// <summary>Changes the records in one step that no other process comes between.</summary>
    /// <param name="files">The store.</param>
    /// <param name="change">Gets the records, gives others; null to leave them.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static Task ChangeAsync(IFileStore files, Func<IReadOnlyList<ExportRecord>, IReadOnlyList<ExportRecord>?> change, CancellationToken cancellationToken) => files.ChangeAsync(
        FileName,
        bytes => change(bytes is { } held ? Parse(held.Span) : []) is { } records ? Render(records) : null,
        cancellationToken);

    /// <summary>With a record in the place of the one of its order, or before all others.</summary>
    public static IReadOnlyList<ExportRecord> With(IReadOnlyList<ExportRecord> records, ExportRecord record) => records.Any(r => r.Order.Id == record.Order.Id)
        ? [.. records.Select(r => r.Order.Id == record.Order.Id ? record : r)]
        : [record, .. records.Take(MostRecords - 1)];

    private static byte[] Render(IReadOnlyList<ExportRecord> records) =>
        JsonSerializer.SerializeToUtf8Bytes(new Stored(Form, [.. records.Select(Store)]), ExportJson.Default.Stored);

    private static IReadOnlyList<ExportRecord> Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(utf8, ExportJson.Default.Stored);
            if (stored?.Form != Form)
                throw new StorageException(StorageErrorKind.Damaged, $"{FileName} was written by another trader-data: use that");
            return [.. stored.Exports.Select(Restore)];
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new StorageException(StorageErrorKind.Damaged, $"{FileName} cannot be read ({e.Message}): delete it, exports that were made stay", e);
        }
    }

    private static StoredExport Store(ExportRecord record)
    {
        var order = record.Order;
        return new StoredExport(
            order.Series.Source, order.Series.Symbol, order.Series.Timeframe.ToString(), order.Range.StartMs, order.Range.EndMs, order.Layout.Format, order.Layout.TimeFormat, order.Layout.Extended,
            order.AsOfMs, order.OnGap, order.CompleteOnly, record.State, record.CreatedMs, record.SeenMs, record.FinishedMs, record.Rows, record.Bytes, record.Progress, record.MissingBars, record.Error);
    }

    private static ExportRecord Restore(StoredExport stored)
    {
        var order = new ExportOrder(
            new Series(stored.Source, stored.Symbol, Timeframe.Parse(stored.Timeframe)), new TimeRange(stored.StartMs, stored.EndMs), new LonaLayout(stored.Format, stored.TimeFormat, stored.Extended),
            stored.AsOfMs, stored.OnGap, stored.CompleteOnly);
        return new ExportRecord(order, stored.State, stored.CreatedMs, stored.SeenMs)
        {
            FinishedMs = stored.FinishedMs,
            Rows = stored.Rows,
            Bytes = stored.Bytes,
            Progress = stored.Progress,
            MissingBars = stored.MissingBars,
            Error = stored.Error,
        };
    }

    /// <summary>The file.</summary>
    internal sealed record Stored(int Form, StoredExport[] Exports);

    /// <summary>An export in the file; times in Unix milliseconds UTC.</summary>
    internal sealed record StoredExport(
        string Source, string Symbol, string Timeframe, long StartMs, long EndMs, LonaFormat Format, TimeFormat TimeFormat, bool Extended, long AsOfMs, OnGap OnGap, bool CompleteOnly,
        ExportState State, long CreatedMs, long SeenMs, long? FinishedMs, long Rows, long? Bytes, double? Progress, long? MissingBars, string? Error);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ExportBook.Stored))]
internal sealed partial class ExportJson : JsonSerializerContext;
