namespace TraderData.Cli;

/// <summary>Rows of text in columns as wide as their widest cell.</summary>
internal static class TextTable
{
    /// <summary>Writes the headings and the rows, two spaces between columns.</summary>
    public static void Write(TextWriter output, string[] headings, IEnumerable<string[]> rows)
    {
        var lines = rows.Prepend(headings).ToList();
        var widths = headings.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
