using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What sources list, a file for each beside the lake: <c>instruments/{source}.json</c>.</summary>
internal sealed class BlobInstrumentBook(IBlobs blobs) : IInstrumentBook
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ListedInstrument>> ReadAsync(string source, CancellationToken cancellationToken)
    {
        var name = NameOf(source);
        using var content = await blobs.ReadAsync(name, cancellationToken);
        return content is null ? [] : InstrumentFile.Decode(name, source, content.Bytes);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ListedInstrument>> UpdateAsync(
        string source, IReadOnlyList<Instrument> listed, long nowMs, CancellationToken cancellationToken)
    {
        var name = NameOf(source);
        IReadOnlyList<ListedInstrument> known = [];
        await blobs.UpdateAsync(name, present =>
        {
            known = ListedInstrument.Merge(present is null ? [] : InstrumentFile.Decode(name, source, present.Bytes), listed, nowMs);
            var content = InstrumentFile.Encode(source, known);
            return present is not null && present.Bytes.Span.SequenceEqual(content) ? null : content;
        }, cancellationToken);
        return known;
    }

    private static string NameOf(string source) =>
        Series.CheckSource(source) is { } fault ? throw new ArgumentException(fault) : $"instruments/{source}.json";
}
