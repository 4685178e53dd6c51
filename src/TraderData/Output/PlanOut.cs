using System.Globalization;
using System.Text.Json;
using TraderData.Core;
using TraderData.Jobs;

namespace TraderData.Cli;

/// <summary>Plans of backfills for a person, as a table, or for scripts, as JSON.</summary>
internal static class PlanOut
{
    private const double BytesPerMegabyte = 1_000_000;

    /// <summary>Writes plans and their sum to standard output.</summary>
    public static void Write(IReadOnlyList<FetchPlan> plans, bool json)
    {
        if (json)
            JsonOut.Write(writer => WriteJson(writer, plans));
        else
            WriteTable(plans);
    }

    // One row for each series and way; the parts themselves are in the JSON.
    private static void WriteTable(IReadOnlyList<FetchPlan> plans)
    {
        var rows = plans.SelectMany(plan => plan.Parts.Any()
            ? plan.Parts.GroupBy(part => part.Way).OrderBy(way => way.First().Range.StartMs).Select(way => RowOf(plan, way.Key, [.. way]))
            : [[plan.Series.ToString(), "nothing: all of it is held", "", "", "", "", "", "", ""]]).ToList();
        var cost = plans.Aggregate(default(FetchCost), (sum, plan) => sum + plan.Cost);
        var bars = plans.Sum(plan => BarsOf(plan, plan.Parts));
        rows.Add(["total", "", "", "", Number(bars), .. CostOf(cost, plans.Sum(plan => plan.Time.TotalMinutes))]);
        TextTable.Write(Console.Out, ["series", "from", "first bar", "before", "bars", "calls", "weight", "MB", "minutes"], rows);
    }

    private static string[] RowOf(FetchPlan plan, string way, FetchPart[] parts)
    {
        var cost = parts.Aggregate(default(FetchCost), (sum, part) => sum + part.Cost);
        return
        [
            plan.Series.ToString(), parts[0].File is null ? way : $"{parts.Length} {way}{(parts.Length == 1 ? "" : "s")}",
            TimeText.Iso(parts[0].Range.StartMs), TimeText.Iso(parts[^1].Range.EndMs), Number(BarsOf(plan, parts)),
            .. CostOf(cost, cost.TimeOf(plan.Costs).TotalMinutes),
        ];
    }

    private static long BarsOf(FetchPlan plan, IEnumerable<FetchPart> parts) => parts.Sum(part => plan.Series.Timeframe.CountIn(part.Range));

    private static string[] CostOf(FetchCost cost, double minutes) =>
    [
        Number(cost.Calls), Number(cost.Weight),
        (cost.Bytes / BytesPerMegabyte).ToString("N1", CultureInfo.InvariantCulture), minutes.ToString("N2", CultureInfo.InvariantCulture),
    ];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static void WriteJson(Utf8JsonWriter writer, IReadOnlyList<FetchPlan> plans)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("series");
        foreach (var plan in plans)
        {
            writer.WriteStartObject();
            JsonOut.WriteSeries(writer, plan.Series);
            writer.WriteStartArray("parts");
            foreach (var part in plan.Parts)
                WritePart(writer, part);
            writer.WriteEndArray();
            WriteCost(writer, plan.Cost, plan.Time.TotalMinutes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteCost(writer, plans.Aggregate(default(FetchCost), (sum, plan) => sum + plan.Cost), plans.Sum(plan => plan.Time.TotalMinutes));
        writer.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter writer, FetchPart part)
    {
        writer.WriteStartObject();
        writer.WriteString("way", part.Way);
        if (part.File is { } file)
            writer.WriteString("file", file.Name);
        writer.WriteString("start", TimeText.Iso(part.Range.StartMs));
        writer.WriteString("end", TimeText.Iso(part.Range.EndMs));
        writer.WriteNumber("calls", part.Cost.Calls);
        writer.WriteNumber("weight", part.Cost.Weight);
        writer.WriteNumber("bytes", part.Cost.Bytes);
        writer.WriteEndObject();
    }

    private static void WriteCost(Utf8JsonWriter writer, FetchCost cost, double minutes)
    {
        writer.WriteNumber("calls", cost.Calls);
        writer.WriteNumber("weight", cost.Weight);
        writer.WriteNumber("bytes", cost.Bytes);
        writer.WriteNumber("minutes", Math.Round(minutes, 3));
    }
}
