using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What the lake knows of a series beyond its bars; the file <c>_series.json</c> beside the partitions. The same content has the same bytes.</summary>
/// <param name="Provenance">Where the bars come from.</param>
/// <param name="Asked">What was asked of the source.</param>
internal sealed record Sidecar(Provenance Provenance, AskedRanges Asked)
{
    /// <summary>Nothing is known.</summary>
    public static readonly Sidecar Empty = new(Provenance.Unknown, AskedRanges.None);

    // Before the digest.
    private const int OldFormat = 1;

    // What says no more than fetched ranges is written in the format that says no more, so that older programs read it.
    private const int FetchedFormat = 2;
    private const int AskedFormat = 3;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private int Format => Asked.Verified.Count == 0 && Asked.Failures.Count == 0 ? FetchedFormat : AskedFormat;

    /// <summary>This and what a later write says; what that does not know erases nothing.</summary>
    public Sidecar With(Provenance later, AskedRanges asked) => new(
        new Provenance(
            later.AssetClass == AssetClass.Unknown ? Provenance.AssetClass : later.AssetClass,
            later.Feed ?? Provenance.Feed,
            later.Adjustment ?? Provenance.Adjustment),
        Asked.With(asked));

    /// <summary>What is known of a series with these bars.</summary>
    public SeriesInfo Describe(Series series, long rows, long? firstMs, long? lastMs) =>
        new(series, rows, firstMs, lastMs, Provenance, Asked.Fetched) { Verified = Asked.Verified, Failures = Asked.Failures };

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
            WriteRanges(json, "fetched", Asked.Fetched);
            if (Format == AskedFormat)
            {
                WriteRanges(json, "verified", Asked.Verified);
                json.WritePropertyName("failures");
                FailureJson.Write(json, Asked.Failures);
            }

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
            if (format is < OldFormat or > AskedFormat)
                throw new FormatException($"format {format}, this program reads {OldFormat} to {AskedFormat}");
            // A flipped bit makes a 3 a 1.
            if (format == OldFormat && root.TryGetProperty(JsonDigest.Property, out _))
                throw new FormatException($"format {OldFormat} has no {JsonDigest.Property}");
            var stated = $"{root.GetProperty("source").GetString()}:{root.GetProperty("symbol").GetString()}:{root.GetProperty("timeframe").GetString()}";
            if (stated != series.ToString())
                throw new FormatException($"it is of {stated}, {series} belongs there");
            var provenance = new Provenance(
                AssetClassText.Parse(root.GetProperty("asset_class").GetString()), root.GetProperty("feed").GetString(), root.GetProperty("adjustment").GetString());
            var sidecar = new Sidecar(provenance, AskedOf(root, format));
            if (format != OldFormat)
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

    private static AskedRanges AskedOf(JsonElement root, int format)
    {
        var fetched = RangesOf(root.GetProperty("fetched"));
        return format == AskedFormat
            ? new AskedRanges(fetched, RangesOf(root.GetProperty("verified")), FailureJson.Read(root.GetProperty("failures")))
            : AskedRanges.None with { Fetched = fetched };
    }

    private static RangeSet RangesOf(JsonElement ranges) =>
        RangeSet.Of(ranges.EnumerateArray().Select(range => new TimeRange(FailureJson.Time(range, "start"), FailureJson.Time(range, "end"))));

    private static void WriteRanges(Utf8JsonWriter json, string name, RangeSet ranges)
    {
        json.WriteStartArray(name);
        foreach (var range in ranges)
        {
            json.WriteStartObject();
            json.WriteString("start", TimeText.Iso(range.StartMs));
            json.WriteString("end", TimeText.Iso(range.EndMs));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
