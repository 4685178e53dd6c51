using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Which source a symbol belongs to: <c>symbols/BTCUSDT.json</c>, made by the first write in one step, so that of two sources only one gets it.
/// A symbol that has bars but no such file (the lake's folder <c>ohlcv</c> was copied alone) belongs to the source that it has bars of.
/// </summary>
internal sealed class LakeOwners(IBlobs blobs)
{
    // A symbol never changes hands. One entry for each symbol that is held.
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The source that a symbol belongs to; null when nobody has it.</summary>
    public async Task<string?> FindAsync(string symbol, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(symbol, out var known))
            return known;
        if (Series.CheckSymbol(symbol) is not null)
            return null;
        var blob = BlobOf(symbol);
        var owner = await blobs.ReadAsync(blob, cancellationToken) is { } claim ? Decode(blob, claim.Bytes) : await FindBarsAsync(symbol, cancellationToken);
        if (owner is not null)
            _known.TryAdd(symbol, owner);
        return owner;
    }

    /// <summary>Makes a symbol its source's.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.SymbolTaken"/>: it belongs to another.</exception>
    public async Task ClaimAsync(Series series, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(series.Symbol, out var owner))
        {
            var candidate = await FindAsync(series.Symbol, cancellationToken) ?? series.Source;
            var blob = BlobOf(series.Symbol);
            owner = candidate;
            await blobs.UpdateAsync(blob, present =>
            {
                owner = present is null ? candidate : Decode(blob, present.Bytes);
                return present is null ? Encode(candidate) : null;
            }, cancellationToken);
            _known.TryAdd(series.Symbol, owner);
        }

        RequireOwner(series, owner);
    }

    /// <summary>Checks that a series is of the source that its symbol belongs to.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.SymbolTaken"/>: it is not.</exception>
    public static void RequireOwner(Series series, string owner)
    {
        if (owner != series.Source)
        {
            throw new StorageException(
                StorageErrorKind.SymbolTaken,
                $"symbol {series.Symbol} belongs to {owner} and cannot be written as {series}: a symbol has one source (store it under another symbol)");
        }
    }

    private static string BlobOf(string symbol) => $"symbols/{SymbolText.Encode(symbol)}.json";

    private static byte[] Encode(string source)
    {
        var output = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("source", source);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }

    private static string Decode(string blob, ReadOnlyMemory<byte> file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            var source = json.RootElement.GetProperty("source").GetString();
            return Series.CheckSource(source) is { } fault ? throw new FormatException(fault) : source!;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new StorageException(
                StorageErrorKind.Damaged, $"{blob} is damaged: {e.Message} (delete it: the next write makes it anew from the bars that are there)", e);
        }
    }

    private async Task<string?> FindBarsAsync(string symbol, CancellationToken cancellationToken)
    {
        foreach (var folder in await blobs.ListFoldersAsync(LakePath.Root, cancellationToken))
        {
            if (LakePath.SourceOf(folder) is { } source && (await blobs.ListAsync(LakePath.SymbolFolder(source, symbol), cancellationToken)).Count > 0)
                return source;
        }

        return null;
    }
}
