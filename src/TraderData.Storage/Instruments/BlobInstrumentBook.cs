using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What sources list, a file for each beside the lake: <c>instruments/{source}.json</c>.</summary>
internal sealed class BlobInstrumentBook(IBlobs blobs) : IInstrumentBook
{
    // A source lists thousands: a file is decoded once for each of its versions.
    private readonly ConcurrentDictionary<string, (string Version, IReadOnlyList<ListedInstrument> Instruments)> _decoded = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ListedInstrument>> ReadAsync(string source, CancellationToken cancellationToken)
    {
        var name = NameOf(source);
        using var content = await blobs.ReadAsync(name, cancellationToken);
        if (content is null)
            return [];
        if (!_decoded.TryGetValue(name, out var decoded) || decoded.Version != content.Version)
            _decoded[name] = decoded = (content.Version, InstrumentFile.Decode(name, source, content.Bytes));
        return decoded.Instruments;
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
