using System.CommandLine;
using System.CommandLine.Help;
using TraderData.Connectors;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary>The command line of <c>trader-data</c>: its commands, and how a fault becomes a message and an exit code.</summary>
internal static class CommandLine
{
    private const string Verbose = "--verbose";

    /// <summary>Parses and runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        // The other commands are some tens of milliseconds to a service that somebody waits for.
        var parsed = (args is ["serve", ..] ? Root([ServeCommand.Create()]) : Root()).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync($"trader-data: {error.Message}").ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"Try: {$"trader-data {PathOf(parsed.CommandResult.Command)}".TrimEnd()} --help").ConfigureAwait(false);
            return ExitCode.Misuse;
        }

        using var interruption = new Interruption();
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, interruption.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException && interruption.AskedExitCode is not null)
        {
            var resume = CommandGuide.Of(PathOf(parsed.CommandResult.Command))?.Resume;
            await Console.Error.WriteLineAsync($"trader-data: stopped. {resume}".TrimEnd()).ConfigureAwait(false);
            return interruption.AskedExitCode.Value;
        }
        catch (Exception e)
        {
            return await TellAsync(e, parsed.GetValue<bool>(Verbose)).ConfigureAwait(false);
        }
    }

    /// <summary>The program with all commands.</summary>
    public static RootCommand Root() => Root(
    [
        DemoCommand.Create(),
        ServeCommand.Create(),
        BackfillCommand.Create(),
        RepairCommand.Create(),
        CrossCheckCommand.Create(),
        ReopenCommand.Create(),
        ImportCommand.Create(),
        SeriesCommand.Create(),
        CoverageCommand.Create(),
        RevisionsCommand.Create(),
        ExportCommand.Create(),
        LonaCommand.Create(),
        RoundCommand.Create(),
        SimulateCommand.Create(),
        DatabaseCommand.Create(),
        LakeCommand.Create(),
        JobsCommand.Create(),
        KeysCommand.Create(),
        DoctorCommand.Create(),
        HealthCommand.Create(),
        CompletionCommand.Create(),
    ]);

    private static RootCommand Root(IEnumerable<Command> commands)
    {
        var root = new RootCommand("Fetches OHLCV bars, keeps them, serves them, exports them.");
        foreach (var command in commands)
            root.Subcommands.Add(command);
        root.Options.Add(new Option<bool>(Verbose) { Description = "Show the whole trace of a fault", Recursive = true });
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesHelp((HelpAction)help.Action!);
        return root;
    }

    /// <summary>The words that name a command: <c>export lona</c>; empty for the program itself.</summary>
    public static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}".TrimStart() : "";

    private static async Task<int> TellAsync(Exception fault, bool verbose)
    {
        var (message, exitCode) = Explain(fault)
            ?? ($"a fault of the program: {fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")} Run it again with {Verbose} and report what it says.", ExitCode.Failed);
        await Console.Error.WriteLineAsync($"trader-data: {message}").ConfigureAwait(false);
        if (verbose)
            await Console.Error.WriteLineAsync(fault.ToString()).ConfigureAwait(false);
        return exitCode;
    }

    /// <summary>The message and exit code of a fault that a person can act on; null for a fault of the program.</summary>
    private static (string Message, int ExitCode)? Explain(Exception fault) => fault switch
    {
        MisuseException or RoundSpecException => (fault.Message, ExitCode.Misuse),
        RoundStateException or SigningException => (fault.Message, ExitCode.Failed),
        BadDataException or StorageException or SourceException or LonaGatewayException => (fault.Message, ExitCode.Failed),
        IOException or UnauthorizedAccessException => (fault.Message, ExitCode.Failed),
        OperationCanceledException => ($"it took too long: {fault.Message} Look at the network, then run it again.", ExitCode.Failed),
        _ => null,
    };
}
