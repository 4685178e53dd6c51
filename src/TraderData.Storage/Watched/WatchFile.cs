using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The file of what is watched of a source. The same content has the same bytes; the last property is the SHA-256 of the file without it.</summary>
internal static class WatchFile
{
    private const int Format = 1;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Comparer<Series> Order = Comparer<Series>.Create((a, b) => string.CompareOrdinal(a.Symbol, b.Symbol) is var symbol and not 0
        ? symbol
        : a.Timeframe.DurationMs.CompareTo(b.Timeframe.DurationMs));

    /// <summary>No series.</summary>
    public static SortedDictionary<Series, WatchDates> Empty() => new(Order);

    /// <summary>Makes the file.</summary>
    public static byte[] Encode(string source, SortedDictionary<Series, WatchDates> watched) =>
        Encode(source, watched, JsonDigest.Of(Encode(source, watched, digest: null)));

    /// <summary>Reads the file.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>, naming the blob.</exception>
    public static SortedDictionary<Series, WatchDates> Decode(string blob, string source, ReadOnlyMemory<byte> file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            var root = json.RootElement;
            if (root.GetProperty("format").GetInt32() is var format && format != Format)
                throw new FormatException($"format {format}, this program reads {Format}");
            var watched = Empty();
            foreach (var row in root.GetProperty("watched").EnumerateArray())
            {
                var series = new Series(source, row.GetProperty("symbol").GetString()!, Timeframe.Parse(row.GetProperty("timeframe").GetString()!));
                watched.Add(series, new WatchDates(TimeOf(row, "since"), TimeOf(row, "read_again_to")));
            }

            JsonDigest.RequireSame(Encode(source, watched), file.Span);
            return watched;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new StorageException(
                StorageErrorKind.Damaged,
                $"{blob} is damaged: {e.Message} (restore it from a copy; or delete it: what is watched of {source} counts as watched from now on)",
                e);
        }
    }

    private static byte[] Encode(string source, SortedDictionary<Series, WatchDates> watched, string? digest)
    {
        var output = new ArrayBufferWriter<byte>(256 + (watched.Count * 160));
        using (var json = new Utf8JsonWriter(output, Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("source", source);
            json.WriteStartArray("watched");
            foreach (var (series, dates) in watched)
            {
                json.WriteStartObject();
                json.WriteString("symbol", series.Symbol);
                json.WriteString("timeframe", series.Timeframe.ToString());
                json.WriteString("since", TimeText.Iso(dates.SinceMs));
                json.WriteString("read_again_to", TimeText.Iso(dates.RereadToMs));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (digest is not null)
                json.WriteString(JsonDigest.Property, digest);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }

    private static long TimeOf(JsonElement json, string name) => TimeText.TryParse(json.GetProperty(name).GetString(), out var timeMs)
        ? timeMs
        : throw new FormatException($"{name} must be a time, was '{json.GetProperty(name)}'");
}
