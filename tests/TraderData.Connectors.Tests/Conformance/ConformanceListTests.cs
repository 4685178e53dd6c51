using System.Reflection;
using System.Text.RegularExpressions;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>The numbered list of <c>docs/conformance.md</c> is what the tests prove, and no recorded answer is left out of it.</summary>
public sealed partial class ConformanceListTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, "docs/conformance.md"));

    // | B7 | what the exchange does | Class.Test_name, Class.Other_name | recording, recording |
    private static readonly (string Number, string[] Tests, string[] Recordings)[] Rules =
        [.. Lines.Select(line => Row().Match(line)).Where(row => row.Success).Select(row => (row.Groups["number"].Value, Codes(row.Groups["tests"].Value), Codes(row.Groups["recordings"].Value)))];

    [Theory]
    [InlineData('A')]
    [InlineData('B')]
    public void Numbers_of_a_connector_follow_each_other(char letter) =>
        Assert.Equal(
            Enumerable.Range(1, Rules.Count(rule => rule.Number[0] == letter)).Select(number => $"{letter}{number}"),
            Rules.Select(rule => rule.Number).Where(number => number[0] == letter));

    [Fact]
    public void Every_rule_names_the_tests_that_prove_it_and_they_name_the_rule()
    {
        var listed = Rules.SelectMany(rule => rule.Tests.Select(test => $"{rule.Number} {test}")).Order(StringComparer.Ordinal);
        var proven = typeof(ConformanceListTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .SelectMany(test => test.GetCustomAttribute<RuleAttribute>()?.Rules.Select(rule => $"{rule} {test.DeclaringType!.Name}.{test.Name}") ?? []);

        Assert.True(Rules.Length > 40, $"only {Rules.Length} rules were found in docs/conformance.md");
        Assert.All(Rules, rule => Assert.NotEmpty(rule.Tests));
        Assert.Equal(listed, proven.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_recorded_answer_stands_with_a_rule()
    {
        var recorded = new[] { "binance/wire", "alpaca/wire" }
            .SelectMany(folder => Directory.EnumerateFiles(SharedData.Path(folder)).Select(file => $"{folder[..^5]}/{Path.GetFileName(file)}"));
        Assert.Equal(recorded.Order(StringComparer.Ordinal), Rules.SelectMany(rule => rule.Recordings).Distinct().Order(StringComparer.Ordinal));
    }

    private static string[] Codes(string cell) => [.. Code().Matches(cell).Select(code => code.Groups["text"].Value)];

    [GeneratedRegex("^\\| (?<number>[AB][0-9]+) \\|[^|]*\\|(?<tests>[^|]*)\\|(?<recordings>[^|]*)\\|$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Code();
}
