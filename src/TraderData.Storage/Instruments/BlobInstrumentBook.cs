using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What sources list, a file for each beside the lake: <c>instruments/{source}.json</c>.</summary>
internal sealed class BlobInstrumentBook(IBlobs blobs) : IInstrumentBook
{
    private const string Folder = "instruments/";

    // A source lists thousands: a file is read and decoded once for each of its versions.
    private readonly ConcurrentDictionary<string, (string Version, IReadOnlyList<ListedInstrument> Instruments)> _decoded = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ListedInstrument>> ReadAsync(string source, CancellationToken cancellationToken)
    {
        var name = NameOf(source);
        var held = (await blobs.ListAsync(Folder, cancellationToken)).FirstOrDefault(blob => blob.Name == name);
        if (_decoded.TryGetValue(name, out var decoded) && decoded.Version == held.Version)
            return decoded.Instruments;
        using var content = await blobs.ReadAsync(name, cancellationToken);
        if (content is null)
            return [];
        var instruments = InstrumentFile.Decode(name, source, content.Bytes);
        _decoded[name] = (content.Version, instruments);
        return instruments;
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
        Series.CheckSource(source) is { } fault ? throw new ArgumentException(fault) : $"{Folder}{source}.json";
}
