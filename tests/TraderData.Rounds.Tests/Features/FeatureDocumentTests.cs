using System.Globalization;
using System.Text.RegularExpressions;
using TraderData.Testing;

namespace TraderData.Rounds.Tests;

/// <summary><c>docs/features.md</c> lists the features that there are.</summary>
public sealed partial class FeatureDocumentTests
{
    [Fact]
    public void Every_feature_is_documented_with_its_window_and_unit()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFolder.Root, "docs", "features.md")).Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => (match.Groups["name"].Value, match.Groups["window"].Value, match.Groups["unit"].Value));

        Assert.Equal(FeatureSet.All.Select(f => (f.Name, f.Window.ToString(CultureInfo.InvariantCulture), f.Unit)), rows);
    }

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| .+ \| (?<window>\d+) \| (?<unit>[^|]+) \| [^|]*\|$", RegexOptions.None, 1_000)]
    private static partial Regex Row();
}
