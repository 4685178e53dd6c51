using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// A JSON file for each source beside the lake: <c>{folder}{source}.json</c>. The same content has the same bytes; the last property is the SHA-256 of the file without it.
/// </summary>
/// <typeparam name="T">What is in it. What is read may be given to others too, and is not to be changed.</typeparam>
/// <param name="blobs">Where the files are.</param>
/// <param name="folder">Their folder, with its slash.</param>
/// <param name="format">The number that the file says it is written by.</param>
internal abstract class SourceFile<T>(IBlobs blobs, string folder, int format)
    where T : class
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A source lists thousands: a file is read and decoded once for each of its versions.
    private readonly ConcurrentDictionary<string, (string Version, T Content)> _decoded = new(StringComparer.Ordinal);

    /// <summary>What the file of a source holds; what an empty one would when there is none.</summary>
    /// <exception cref="StorageException">The store cannot be reached; or, of kind <see cref="StorageErrorKind.Damaged"/>, the file is named that is.</exception>
    public async Task<T> ReadAsync(string source, CancellationToken cancellationToken)
    {
        var name = NameOf(source);
        var held = (await blobs.ListAsync(folder, cancellationToken)).FirstOrDefault(blob => blob.Name == name);
        if (_decoded.TryGetValue(name, out var decoded) && decoded.Version == held.Version)
            return decoded.Content;
        using var blob = await blobs.ReadAsync(name, cancellationToken);
        if (blob is null)
            return Empty();
        var content = Decode(name, source, blob.Bytes);
        _decoded[name] = (blob.Version, content);
        return content;
    }

    /// <summary>Changes the file of a source in one step that no other writer comes between.</summary>
    /// <param name="source">The source.</param>
    /// <param name="change">Gets what is there, for itself alone, and gives what is to be; null to leave it. May be called again when another writer was faster.</param>
    /// <param name="cancellationToken">Stops the work; the file is then as before, or changed in full.</param>
    /// <returns>What the file holds then.</returns>
    public async Task<T> UpdateAsync(string source, Func<T, T?> change, CancellationToken cancellationToken)
    {
        var name = NameOf(source);
        var content = Empty();
        await blobs.UpdateAsync(name, present =>
        {
            content = present is null ? Empty() : Decode(name, source, present.Bytes);
            if (change(content) is not { } changed)
                return null;
            content = changed;
            var file = Encode(source, changed);
            return present is not null && present.Bytes.Span.SequenceEqual(file) ? null : file;
        }, cancellationToken);
        return content;
    }

    /// <summary>What is there without a file, a new one each time.</summary>
    protected abstract T Empty();

    /// <summary>What comes of it when the file of a source is deleted.</summary>
    protected abstract string IfDeleted(string source);

    /// <summary>Writes the properties of the content.</summary>
    protected abstract void Write(Utf8JsonWriter json, T content);

    /// <summary>Reads them.</summary>
    protected abstract T Read(string source, JsonElement json);

    /// <summary>A property that is a time, Unix milliseconds UTC.</summary>
    protected static long TimeOf(JsonElement json, string name) => TimeText.TryParse(json.GetProperty(name).GetString(), out var timeMs)
        ? timeMs
        : throw new FormatException($"{name} must be a time, was '{json.GetProperty(name)}'");

    private T Decode(string blob, string source, ReadOnlyMemory<byte> file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            if (json.RootElement.GetProperty("format").GetInt32() is var written && written != format)
                throw new FormatException($"format {written}, this program reads {format}");
            var content = Read(source, json.RootElement);
            JsonDigest.RequireSame(Encode(source, content), file.Span);
            return content;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new StorageException(StorageErrorKind.Damaged, $"{blob} is damaged: {e.Message} (restore it from a copy; or delete it: {IfDeleted(source)})", e);
        }
    }

    private byte[] Encode(string source, T content) => Encode(source, content, JsonDigest.Of(Encode(source, content, digest: null)));

    private byte[] Encode(string source, T content, string? digest)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("format", format);
            json.WriteString("source", source);
            Write(json, content);
            if (digest is not null)
                json.WriteString(JsonDigest.Property, digest);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }

    private string NameOf(string source) => Series.CheckSource(source) is { } fault ? throw new ArgumentException(fault) : $"{folder}{source}.json";
}
