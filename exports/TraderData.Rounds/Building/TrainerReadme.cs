using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>Writes <c>README.md</c> for who trains on a round.</summary>
internal static class TrainerReadme
{
    public static byte[] ToBytes(string roundId, RoundSpec spec, IReadOnlyList<RoundSeries> series, IReadOnlyList<RoundFile> files)
    {
        var text = new StringBuilder();
        Line(text, $"# {spec.Name}");
        Line(text, $"");
        if (spec.Description is { } description)
            Line(text, $"{description}\n");
        Line(text, $"Round `{roundId}`: bars of {series.Count} series as they were held at {TimeText.Iso(spec.AsOfMs)}, cut into three splits in order of time.");
        Line(text, $"");
        Line(text, $"| split | from | to (not included) | rows | labels |");
        Line(text, $"|---|---|---|---|---|");
        foreach (var (name, range) in RoundSplits.Names.Zip(spec.Splits.Ranges))
            Line(text, $"| {name} | {TimeText.Iso(range.StartMs)} | {TimeText.Iso(range.EndMs)} | {files.First(f => f.Type == name).Rows} | {(name == "test" ? "no" : "yes")} |");
        Line(text, $"");
        Line(text, $"No row sees the future: a row's features are of its own bar and earlier ones of the same split. A row is known one timeframe behind its `timestamp`.");
        Line(text, $"Behind train and validation the last {spec.PurgeBars} bars of each series are left out (no label reaches over a border); in front of validation and test the");
        Line(text, $"first {spec.EmbargoBars} are. `features.parquet` has those rows too, without a split.");
        Line(text, $"An empty value means that there is none: a gap in the bars lies within its window. Nothing is filled in. Formulas: docs/features.md of trader-data.");
        Line(text, $"");
        Line(text, $"| file | rows | bytes |");
        Line(text, $"|---|---|---|");
        foreach (var file in files)
            Line(text, $"| {file.Name} | {(file.Rows is { } rows ? rows.ToString(CultureInfo.InvariantCulture) : "")} | {file.Bytes} |");
        Columns(text, "Columns of train and validation; test has no labels", files[0].Columns);
        Line(text, $"");
        Line(text, $"Gaps, restatements and outliers of each series stand in `quality.json`. Check that all of it is what was published:");
        Line(text, $"`trader-data round verify DIR --jwks FILE`.");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Columns(StringBuilder text, string title, IReadOnlyList<RoundColumn> columns)
    {
        Line(text, $"");
        Line(text, $"## {title}");
        Line(text, $"");
        Line(text, $"| column | type | unit | what |");
        Line(text, $"|---|---|---|---|");
        foreach (var column in columns)
            Line(text, $"| `{column.Name}` | {column.Type} | {column.Unit} | {column.Description} |");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
