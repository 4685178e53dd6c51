using System.CommandLine;
using TraderData.Cli;
using Line = TraderData.Cli.CommandLine;

namespace TraderData.EndToEnd.Tests;

/// <summary>The examples of the help are taken by the real parser, and every command has some.</summary>
public sealed class CommandGuideTests
{
    public static TheoryData<string, string> Examples => [.. CommandGuide.All.SelectMany(guide => guide.Examples.Select(example => (guide.Command, example)))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_is_parsed_without_a_fault_as_its_command(string command, string example)
    {
        // What stands behind > is the shell's.
        var parsed = Line.Root().Parse(example.Split('>')[0].Replace('\'', '"'));

        Assert.Empty(parsed.Errors.Select(error => error.Message));
        Assert.Equal(command, Line.PathOf(parsed.CommandResult.Command));
    }

    [Fact]
    public void Every_command_that_does_something_has_examples()
    {
        var commands = Leaves(Line.Root()).Select(Line.PathOf).Order(StringComparer.Ordinal);

        Assert.Equal(commands, CommandGuide.All.Select(guide => guide.Command).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Help_of_a_command_ends_with_its_examples()
    {
        var none = new Dictionary<string, string>();

        var help = (await TraderDataProcess.RunAsync(none, "export", "lona", "--help")).Expect(0).Output;
        Assert.Contains("Examples:\n  trader-data export lona --symbol BTCUSDT", help, StringComparison.Ordinal);
        Assert.Contains("--verbose", help, StringComparison.Ordinal);
        Assert.Contains("Examples:\n  trader-data lake verify\n  trader-data lake compact", (await TraderDataProcess.RunAsync(none, "lake", "--help")).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_of_a_fault_is_shown_with_verbose_alone()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["TRADER_DATA_DIR"] = folder.Path };
        string[] line = ["export", "lona", "--symbol", "NOTHELD", "--timeframe", "1m", "--start", "2024-01-01", "--end", "2024-02-01", "--output", "-"];

        var plain = (await TraderDataProcess.RunAsync(settings, line)).Expect(2);
        var verbose = (await TraderDataProcess.RunAsync(settings, [.. line, "--verbose"])).Expect(2);

        Assert.Single(plain.Error.TrimEnd().Split('\n'));
        Assert.StartsWith(plain.Error, verbose.Error, StringComparison.Ordinal);
        Assert.Contains("   at TraderData.Cli.", verbose.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
}
