using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TraderData.Cli;

/// <summary>The help of a command, with command lines that work below it.</summary>
internal sealed class ExamplesHelp(HelpAction help) : SynchronousCommandLineAction
{
    // A beginner's first command lines, for who asks for help without a command.
    private static readonly string[] First = ["demo", "backfill --source binance --symbols BTCUSDT --timeframe 1h --start 2024-01-01 --end 2024-02-01", "series", "doctor"];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var path = CommandLine.PathOf(parseResult.CommandResult.Command);
        var examples = path.Length == 0 ? First : CommandGuide.Of(path)?.Examples ?? [.. Below(path)];
        if (examples.Length == 0)
            return result;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine($"  trader-data {example}");
        output.WriteLine();
        return result;
    }

    // One for each command below.
    private static IEnumerable<string> Below(string path) =>
        CommandGuide.All.Where(guide => guide.Command.StartsWith(path + " ", StringComparison.Ordinal)).Select(guide => guide.Examples[0]);
}
