using System.Text.Json;

namespace TraderData.Core;

/// <summary>Writes what a <see cref="Coverage"/> tells as JSON, the same wherever it is told.</summary>
public static class CoverageJson
{
    /// <summary>Writes the properties <c>missing_bars</c>, <c>causes</c>, <c>gap_count</c> and <c>gaps</c>.</summary>
    public static void WriteGaps(Utf8JsonWriter json, Coverage coverage)
    {
        json.WriteNumber("missing_bars"u8, coverage.MissingBars);
        WriteCauses(json, coverage.Causes);
        json.WriteNumber("gap_count"u8, coverage.GapCount);
        json.WriteStartArray("gaps"u8);
        foreach (var gap in coverage.Gaps)
        {
            json.WriteStartObject();
            json.WriteString("start"u8, TimeText.Iso(gap.Range.StartMs));
            json.WriteString("end"u8, TimeText.Iso(gap.Range.EndMs));
            json.WriteNumber("bars"u8, gap.Bars);
            json.WriteString("cause"u8, GapCauses.NameOf(gap.Cause));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the property <c>failures</c>.</summary>
    public static void WriteFailures(Utf8JsonWriter json, Coverage coverage)
    {
        json.WriteStartArray("failures"u8);
        foreach (var failure in coverage.Failures)
            WriteFailure(json, failure);
        json.WriteEndArray();
    }

    /// <summary>Writes a failure as an object: <c>start</c>, <c>end</c>, <c>message</c>, <c>at</c>, <c>tries</c>.</summary>
    public static void WriteFailure(Utf8JsonWriter json, FetchFailure failure)
    {
        json.WriteStartObject();
        json.WriteString("start"u8, TimeText.Iso(failure.Range.StartMs));
        json.WriteString("end"u8, TimeText.Iso(failure.Range.EndMs));
        json.WriteString("message"u8, failure.Message);
        json.WriteString("at"u8, TimeText.Iso(failure.AtMs));
        json.WriteNumber("tries"u8, failure.Tries);
        json.WriteEndObject();
    }

    /// <summary>Writes the property <c>causes</c>: how many bars are not there for each.</summary>
    public static void WriteCauses(Utf8JsonWriter json, CauseCounts causes)
    {
        json.WriteStartObject("causes"u8);
        foreach (var (cause, bars) in causes.All)
            json.WriteNumber(GapCauses.NameOf(cause), bars);
        json.WriteEndObject();
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
