using System.Buffers;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>The side files of an export. The same bars give the same bytes: no clock and no host name stands in them.</summary>
internal static class LonaManifest
{
    public const string ManifestEnd = ".manifest.json";
    public const string ChecksumEnd = ".sha256";

    private static readonly string Version = typeof(LonaManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
        .InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>What <c>sha256sum</c> writes and <c>sha256sum -c</c> reads.</summary>
    public static byte[] Checksum(string fileName, LonaSummary summary) =>
        System.Text.Encoding.UTF8.GetBytes($"{summary.Sha256}  {fileName}\n");

    /// <summary>What a reader must know of the file beside it; <c>docs/data-model.md</c> lists the fields.</summary>
    public static byte[] Manifest(string fileName, LonaExportRequest request, SeriesReading reading, Coverage coverage, LonaSummary summary)
    {
        var bytes = new ArrayBufferWriter<byte>();
        // Relaxed, so that symbols of any script stay readable: the file is never part of a web page.
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            json.WriteStartObject();
            json.WriteString("file", fileName);
            json.WriteString("sha256", summary.Sha256);
            json.WriteNumber("bytes", summary.Bytes);
            WriteSeries(json, reading);
            WriteLayout(json, request.Layout);
            WriteRange(json, "range", coverage.Range);
            json.WriteNumber("rows", summary.Rows);
            WriteTime(json, "first", summary.FirstMs);
            WriteTime(json, "last", summary.LastMs);
            json.WriteNumber("unknown_volumes", summary.UnknownVolumes);
            CoverageJson.WriteGaps(json, coverage);
            if (reading.IsResampled)
                WriteMaking(json, request, coverage);
            // Null: the bars as the store held them when they were read.
            WriteTime(json, "as_of", request.AsOfMs);
            json.WriteString("generated_by", $"trader-data {Version}");
            json.WriteEndObject();
        }

        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads one back.</summary>
    /// <returns>Null when it is none.</returns>
    public static async Task<JsonElement?> ParseAsync(Stream manifest, CancellationToken cancellationToken)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(manifest, cancellationToken: cancellationToken).ConfigureAwait(false);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteSeries(Utf8JsonWriter json, SeriesReading reading)
    {
        var (series, provenance) = (reading.Series, reading.Held.Provenance);
        json.WriteStartObject("series");
        json.WriteString("source", series.Source);
        json.WriteString("symbol", series.Symbol);
        json.WriteString("timeframe", series.Timeframe.ToString());
        json.WriteString("asset_class", provenance.AssetClass.ToString().ToLowerInvariant());
        json.WriteString("feed", provenance.Feed);
        json.WriteString("adjustment", provenance.Adjustment);
        json.WriteEndObject();
    }

    // How the bars were made of finer ones, and which of them lack some: in the file, or left out of it when only complete ones were asked for.
    private static void WriteMaking(Utf8JsonWriter json, LonaExportRequest request, Coverage coverage)
    {
        json.WriteString("resampled_from", coverage.MadeOf.ToString());
        json.WriteBoolean("complete", request.CompleteOnly);
        CoverageJson.WriteIncomplete(json, coverage);
    }

    private static void WriteLayout(Utf8JsonWriter json, LonaLayout layout)
    {
        json.WriteString("format", layout.Extension);
        json.WriteString("time_format", layout.TimeFormatName);
        json.WriteStartArray("columns");
        foreach (var column in layout.Columns)
            json.WriteStringValue(column);
        json.WriteEndArray();
    }

    private static void WriteRange(Utf8JsonWriter json, string name, TimeRange range)
    {
        json.WriteStartObject(name);
        WriteTime(json, "start", range.StartMs);
        WriteTime(json, "end", range.EndMs);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long? timeMs)
    {
        if (timeMs is { } ms)
            json.WriteString(name, TimeText.Iso(ms));
        else
            json.WriteNull(name);
    }
}
