using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Which source a symbol belongs to: <c>symbols/BTCUSDT.json</c>, made by the first write in one step, so that of two sources only one gets it.
/// A symbol that has bars but no such file (the lake's folder <c>ohlcv</c> was copied alone) belongs to the source that it has bars of.
/// </summary>
internal sealed class LakeOwners(IBlobs blobs)
{
    /// <summary>The folder of the claims.</summary>
    public const string Root = "symbols/";

    private const string Ending = ".json";

    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
        var owner = await blobs.ReadAsync(blob, cancellationToken) is { } claim ? Decode(blob, symbol, claim.Bytes) : await FindBarsAsync(symbol, cancellationToken);
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
                owner = present is null ? candidate : Decode(blob, series.Symbol, present.Bytes);
                return present is null ? Encode(series.Symbol, candidate) : null;
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

    /// <summary>The symbol of a claim's blob; null when it is none.</summary>
    public static string? SymbolOf(string blob) =>
        blob.StartsWith(Root, StringComparison.Ordinal) && blob.EndsWith(Ending, StringComparison.Ordinal)
        && SymbolText.TryDecode(blob[Root.Length..^Ending.Length]) is { } symbol && Series.CheckSymbol(symbol) is null ? symbol : null;

    /// <summary>Makes a claim's file: the last property is the SHA-256 of the file without it.</summary>
    public static byte[] Encode(string symbol, string source) => Encode(symbol, source, JsonDigest.Of(Encode(symbol, source, digest: null)));

    /// <summary>Reads a claim's file; that of the first format has the source alone.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>, naming the blob.</exception>
    public static string Decode(string blob, string symbol, ReadOnlyMemory<byte> file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            var source = json.RootElement.GetProperty("source").GetString();
            if (Series.CheckSource(source) is { } fault)
                throw new FormatException(fault);
            JsonDigest.RequireSame(json.RootElement.GetPropertyCount() == 1 ? OldEncode(source!) : Encode(symbol, source!), file.Span);
            return source!;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new StorageException(
                StorageErrorKind.Damaged, $"{blob} is damaged: {e.Message} (delete it: the next write makes it anew from the bars that are there)", e);
        }
    }

    private static string BlobOf(string symbol) => $"{Root}{SymbolText.Encode(symbol)}{Ending}";

    private static byte[] OldEncode(string source) => Encoding.UTF8.GetBytes($"{{\"source\":\"{source}\"}}\n");

    private static byte[] Encode(string symbol, string source, string? digest)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, Layout))
        {
            json.WriteStartObject();
            json.WriteString("symbol", symbol);
            json.WriteString("source", source);
            if (digest is not null)
                json.WriteString(JsonDigest.Property, digest);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
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
