using System.Text.RegularExpressions;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>The metrics that docs/operations.md lists.</summary>
internal static partial class MetricsTable
{
    /// <summary>Their names as Prometheus has them.</summary>
    public static IReadOnlyList<string> Names()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "operations.md"));
        var table = page[page.IndexOf("## Metrics and traces", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n## ", 1, StringComparison.Ordinal)];
        return [.. Row().Matches(table).Select(row => row.Groups["name"].Value)];
    }

    [GeneratedRegex("^\\| `(?<name>[a-z_]+)` \\|", RegexOptions.Multiline, 1_000)]
    private static partial Regex Row();
}
