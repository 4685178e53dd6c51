using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What sources list, beside the lake.</summary>
internal sealed class BlobInstrumentBook(IBlobs blobs) : IInstrumentBook
{
    private readonly InstrumentFile _file = new(blobs);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedInstrument>> ReadAsync(string source, CancellationToken cancellationToken) => _file.ReadAsync(source, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedInstrument>> UpdateAsync(string source, IReadOnlyList<Instrument> listed, long nowMs, CancellationToken cancellationToken) =>
        _file.UpdateAsync(source, known => ListedInstrument.Merge(known, listed, nowMs), cancellationToken);
}
