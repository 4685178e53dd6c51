using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>A file of a round, as the manifest tells of it.</summary>
/// <param name="Name">Its name in the round's folder.</param>
/// <param name="Type"><c>train</c>, <c>validation</c>, <c>test</c>, <c>features</c>, <c>quality</c> or <c>readme</c>.</param>
/// <param name="Format"><c>csv</c>, <c>parquet</c>, <c>json</c> or <c>md</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256 in lower case hexadecimal digits.</param>
public sealed record RoundFile(string Name, string Type, string Format, long Bytes, string Sha256)
{
    /// <summary>How many rows; null for what has none.</summary>
    public long? Rows { get; init; }

    /// <summary>Opening time of the first row, Unix milliseconds UTC; null when there is none.</summary>
    public long? FirstMs { get; init; }

    /// <summary>Opening time of the last row, Unix milliseconds UTC; null when there is none.</summary>
    public long? LastMs { get; init; }

    /// <summary>The columns, in order; empty for what has none.</summary>
    public IReadOnlyList<RoundColumn> Columns { get; init; } = [];
}

/// <summary>A series of a round, as the manifest tells of it.</summary>
/// <param name="Series">Its name.</param>
/// <param name="MadeOf">The finer timeframe that its bars are made of; null when they are held as they are.</param>
/// <param name="Provenance">Where its bars come from.</param>
/// <param name="Rows">How many bars.</param>
/// <param name="FirstMs">Opening time of the first, Unix milliseconds UTC.</param>
/// <param name="LastMs">Opening time of the last, Unix milliseconds UTC.</param>
public sealed record RoundSeries(Series Series, Timeframe? MadeOf, Provenance Provenance, long Rows, long FirstMs, long LastMs);

/// <summary>What is in a round, and what it was cut from. Its bytes are what is signed.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="Spec">What it was cut from.</param>
/// <param name="CodeVersion">The program that cut it.</param>
/// <param name="Series">The series, in the order of the files.</param>
/// <param name="Files">The files, in order; not the manifest and its signature.</param>
public sealed record RoundManifest(string RoundId, RoundSpec Spec, string CodeVersion, IReadOnlyList<RoundSeries> Series, IReadOnlyList<RoundFile> Files)
{
    /// <summary>The manifest's file name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The version of the files' forms, and of the formulas behind their columns.</summary>
    public const string SchemaVersion = "1.0";

    internal static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The one form of the manifest: UTF-8 JSON, properties in a fixed order, without spaces.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
            Write(json);
        return buffer.ToArray();
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema_version"u8, SchemaVersion);
        json.WriteString("round_id"u8, RoundId);
        json.WriteString("name"u8, Spec.Name);
        json.WriteString("as_of"u8, TimeText.Iso(Spec.AsOfMs));
        json.WriteString("code_version"u8, CodeVersion);
        json.WriteStartObject("splits"u8);
        foreach (var (name, range) in RoundSplits.Names.Zip(Spec.Splits.Ranges))
        {
            json.WriteStartObject(name);
            json.WriteString("start"u8, TimeText.Iso(range.StartMs));
            json.WriteString("end"u8, TimeText.Iso(range.EndMs));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNumber("purge_bars"u8, Spec.PurgeBars);
        json.WriteNumber("embargo_bars"u8, Spec.EmbargoBars);
        json.WritePropertyName("spec"u8);
        RoundSpecJson.Write(json, Spec);
        json.WriteStartArray("series"u8);
        foreach (var series in Series)
            Write(json, series);
        json.WriteEndArray();
        json.WriteStartArray("files"u8);
        foreach (var file in Files)
            Write(json, file);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RoundSeries series)
    {
        json.WriteStartObject();
        json.WriteString("source"u8, series.Series.Source);
        json.WriteString("symbol"u8, series.Series.Symbol);
        json.WriteString("timeframe"u8, series.Series.Timeframe.ToString());
        if (series.MadeOf is { } madeOf)
            json.WriteString("made_of"u8, madeOf.ToString());
        json.WriteString("asset_class"u8, AssetClassText.Of(series.Provenance.AssetClass));
        ProvenanceJson.Write(json, series.Provenance);
        json.WriteNumber("rows"u8, series.Rows);
        WriteTimes(json, series.FirstMs, series.LastMs);
        json.WriteEndObject();
    }

    /// <summary>Writes what is told of a file, in the manifest and in the index.</summary>
    internal static void Write(Utf8JsonWriter json, RoundFile file)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, file.Name);
        json.WriteString("type"u8, file.Type);
        json.WriteString("format"u8, file.Format);
        json.WriteNumber("size_bytes"u8, file.Bytes);
        json.WriteString("sha256"u8, file.Sha256);
        if (file.Rows is { } rows)
            json.WriteNumber("rows"u8, rows);
        WriteTimes(json, file.FirstMs, file.LastMs);
        if (file.Columns.Count > 0)
        {
            json.WriteStartArray("columns"u8);
            foreach (var column in file.Columns)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, column.Name);
                json.WriteString("type"u8, column.Type);
                json.WriteString("unit"u8, column.Unit);
                json.WriteString("description"u8, column.Description);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteTimes(Utf8JsonWriter json, long? firstMs, long? lastMs)
    {
        if (firstMs is { } first)
            json.WriteString("first"u8, TimeText.Iso(first));
        if (lastMs is { } last)
            json.WriteString("last"u8, TimeText.Iso(last));
    }
}
