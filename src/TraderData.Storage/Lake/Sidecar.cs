using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What the lake knows of a series beyond its bars; the file <c>_series.json</c> beside the partitions. The same content has the same bytes.</summary>
/// <param name="Provenance">Where the bars come from.</param>
/// <param name="Fetched">The ranges that were asked of the source in full.</param>
internal sealed record Sidecar(Provenance Provenance, RangeSet Fetched)
{
    /// <summary>Nothing is known.</summary>
    public static readonly Sidecar Empty = new(Provenance.Unknown, RangeSet.Empty);

    // Before the digest.
    private const int OldFormat = 1;
    private const int Format = 2;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>This and what a later write says; what that does not know erases nothing.</summary>
    public Sidecar With(Provenance later, RangeSet fetched) => new(
        new Provenance(
            later.AssetClass == AssetClass.Unknown ? Provenance.AssetClass : later.AssetClass,
            later.Feed ?? Provenance.Feed,
            later.Adjustment ?? Provenance.Adjustment),
        Fetched.With(RangeSet.Of(fetched.Select(range => range.Intersect(TimeRange.All)))));

    /// <summary>Makes the file: the last property is the SHA-256 of the file without it.</summary>
    public byte[] Encode(Series series) => Encode(series, JsonDigest.Of(Encode(series, digest: null)));

    private byte[] Encode(Series series, string? digest)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output, Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("source", series.Source);
            json.WriteString("symbol", series.Symbol);
            json.WriteString("timeframe", series.Timeframe.ToString());
            json.WriteString("asset_class", AssetClassText.Of(Provenance.AssetClass));
            json.WriteString("feed", Provenance.Feed);
            json.WriteString("adjustment", Provenance.Adjustment);
            json.WriteStartArray("fetched");
            foreach (var range in Fetched)
            {
                json.WriteStartObject();
                json.WriteString("start", TimeText.Iso(range.StartMs));
                json.WriteString("end", TimeText.Iso(range.EndMs));
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

    /// <summary>Reads the file.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>, naming the blob.</exception>
    public static Sidecar Decode(string blob, Series series, ReadOnlyMemory<byte> file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            var root = json.RootElement;
            var format = root.GetProperty("format").GetInt32();
            if (format is not (OldFormat or Format))
                throw new FormatException($"format {format}, this program reads {OldFormat} and {Format}");
            var stated = $"{root.GetProperty("source").GetString()}:{root.GetProperty("symbol").GetString()}:{root.GetProperty("timeframe").GetString()}";
            if (stated != series.ToString())
                throw new FormatException($"it is of {stated}, {series} belongs there");
            var provenance = new Provenance(
                AssetClassText.Parse(root.GetProperty("asset_class").GetString()), root.GetProperty("feed").GetString(), root.GetProperty("adjustment").GetString());
            var sidecar = new Sidecar(provenance, RangeSet.Of(root.GetProperty("fetched").EnumerateArray().Select(RangeOf)));
            if (format == Format)
                JsonDigest.RequireSame(sidecar.Encode(series), file.Span);
            return sidecar;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new StorageException(
                StorageErrorKind.Damaged,
                $"{blob} is damaged: {e.Message} (restore it from a copy; or delete it: the bars stay, and the next backfill asks anew what their gaps are)",
                e);
        }
    }

    private static TimeRange RangeOf(JsonElement range) => new(Time(range, "start"), Time(range, "end"));

    private static long Time(JsonElement range, string name) => TimeText.TryParse(range.GetProperty(name).GetString(), out var timeMs)
        ? timeMs
        : throw new FormatException($"{name} must be a time, was '{range.GetProperty(name)}'");
}
