using System.Text.RegularExpressions;

namespace TraderData.Testing;

/// <summary>What <c>docs/operations.md</c> tells operators.</summary>
public static class OperationsPage
{
    /// <summary>What a fault says, as its row of the table of faults has it: <c>| fault | `message, in which … stands for anything` | what it does | what to do |</c>.</summary>
    /// <exception cref="InvalidOperationException">There is no such row, or more than one.</exception>
    public static Regex MessageOf(string fault)
    {
        var row = File.ReadLines(Path.Combine(RepositoryFolder.Root, "docs/operations.md")).Single(line => line.StartsWith($"| {fault} | `", StringComparison.Ordinal));
        var message = row.Split('`')[1];
        return new Regex(Regex.Escape(message).Replace("…", ".*", StringComparison.Ordinal), RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }
}
