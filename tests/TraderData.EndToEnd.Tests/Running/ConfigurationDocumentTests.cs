using System.Text.RegularExpressions;
using TraderData.Cli;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary><c>docs/configuration.md</c> lists the settings that there are.</summary>
public sealed partial class ConfigurationDocumentTests
{
    [Fact]
    public void Every_setting_is_documented_with_its_variable_and_default()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFolder.Root, "docs", "configuration.md"))
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => (Name: match.Groups["name"].Value, Variable: match.Groups["variable"].Value, Default: match.Groups["default"].Value));
        var variables = SettingsReader.EnvironmentNames.ToDictionary(pair => pair.Value, pair => pair.Key);
        var expected = typeof(Settings).GetProperties().Select(property => (
            property.Name,
            Variable: variables.GetValueOrDefault(property.Name, ""),
            Default: property.GetValue(new Settings()) switch { "" => "none", string[] => "empty", var value => value!.ToString()! }));

        Assert.Equal(expected.OrderBy(row => row.Name), rows.OrderBy(row => row.Name));
    }

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?:`(?<variable>\w+)`)? ?\| `?(?<default>[^`|]+?)`? \|", RegexOptions.None, 1_000)]
    private static partial Regex Row();
}
