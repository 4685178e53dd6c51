using System.Text.Json;

namespace TraderData.Core;

/// <summary>Writes what a <see cref="Coverage"/> tells as JSON, the same wherever it is told.</summary>
public static class CoverageJson
{
    /// <summary>Writes the properties <c>missing_bars</c>, <c>gap_count</c> and <c>gaps</c>.</summary>
    public static void WriteGaps(Utf8JsonWriter json, Coverage coverage)
    {
        json.WriteNumber("missing_bars"u8, coverage.MissingBars);
        json.WriteNumber("gap_count"u8, coverage.GapCount);
        json.WriteStartArray("gaps"u8);
        foreach (var gap in coverage.Gaps)
        {
            json.WriteStartObject();
            json.WriteString("start"u8, TimeText.Iso(gap.Range.StartMs));
            json.WriteString("end"u8, TimeText.Iso(gap.Range.EndMs));
            json.WriteNumber("bars"u8, gap.Bars);
            json.WriteBoolean("asked"u8, gap.Asked);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the properties <c>incomplete_bars</c>, <c>missing_parts</c>, <c>incomplete_count</c> and <c>incomplete</c>.</summary>
    public static void WriteIncomplete(Utf8JsonWriter json, Coverage coverage)
    {
        json.WriteNumber("incomplete_bars"u8, coverage.IncompleteBars);
        json.WriteNumber("missing_parts"u8, coverage.MissingParts);
        json.WriteNumber("incomplete_count"u8, coverage.IncompleteCount);
        json.WriteStartArray("incomplete"u8);
        foreach (var run in coverage.Incomplete)
        {
            json.WriteStartObject();
            json.WriteString("start"u8, TimeText.Iso(run.Range.StartMs));
            json.WriteString("end"u8, TimeText.Iso(run.Range.EndMs));
            json.WriteNumber("bars"u8, run.Bars);
            json.WriteNumber("missing_parts"u8, run.MissingParts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
