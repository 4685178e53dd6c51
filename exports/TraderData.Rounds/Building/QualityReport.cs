using System.Text.Json;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>Writes <c>quality.json</c>: of each series its rows, what is missing and why, what was restated, and its outliers.</summary>
internal static class QualityReport
{
    private const int GapsListed = 100;

    public static byte[] ToBytes(string roundId, IReadOnlyList<(SeriesFacts Facts, OutlierList Outliers)> series)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, RoundManifest.Compact with { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("round_id"u8, roundId);
            json.WriteString("outlier_rule"u8, OutlierList.Rule);
            json.WriteStartArray("series"u8);
            foreach (var (facts, outliers) in series)
                Write(json, facts, outliers);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, SeriesFacts facts, OutlierList outliers)
    {
        var coverage = facts.Coverage;
        json.WriteStartObject();
        json.WriteString("source"u8, facts.Series.Source);
        json.WriteString("symbol"u8, facts.Series.Symbol);
        json.WriteString("timeframe"u8, facts.Series.Timeframe.ToString());
        json.WriteNumber("rows"u8, facts.Rows);
        CoverageJson.WriteGaps(json, coverage with { Gaps = [.. coverage.Gaps.Take(GapsListed)] });
        json.WriteNumber("incomplete_bars"u8, coverage.IncompleteBars);
        json.WriteNumber("unknown_volumes"u8, facts.UnknownVolumes);
        json.WriteNumber("restatements"u8, facts.Restatements);
        json.WriteNumber("outlier_count"u8, outliers.Count);
        json.WriteStartArray("outliers"u8);
        foreach (var outlier in outliers.Listed)
        {
            json.WriteStartObject();
            json.WriteString("timestamp"u8, TimeText.Iso(outlier.TimeMs));
            json.WriteNumber("log_return"u8, outlier.LogReturn);
            json.WriteNumber("multiple"u8, outlier.Multiple);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
