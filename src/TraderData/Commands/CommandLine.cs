using System.CommandLine;
using TraderData.Connectors;
using TraderData.Core;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary>The command line of <c>trader-data</c>: its commands, and how a fault becomes a message and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync($"trader-data: {error.Message}").ConfigureAwait(false);
            var command = string.Join(' ', Path(parsed.CommandResult.Command));
            await Console.Error.WriteLineAsync($"Try: {command} --help").ConfigureAwait(false);
            return ExitCode.Misuse;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("trader-data: stopped").ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (Exception e) when (Explain(e) is { } explained)
        {
            await Console.Error.WriteLineAsync($"trader-data: {explained.Message}").ConfigureAwait(false);
            return explained.ExitCode;
        }
    }

    /// <summary>All commands.</summary>
    public static RootCommand Root() => new("Fetches OHLCV bars, keeps them, serves them, exports them.")
    {
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
        RoundCommand.Create(),
        SimulateCommand.Create(),
        DatabaseCommand.Create(),
        LakeCommand.Create(),
        JobsCommand.Create(),
        KeysCommand.Create(),
        DoctorCommand.Create(),
        HealthCommand.Create(),
    };

    private static IEnumerable<string> Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Path(parent).Append(command.Name) : ["trader-data"];

    /// <summary>The message and exit code of a fault that a person can act on; null for a fault of the program, which crashes with its trace.</summary>
    private static (string Message, int ExitCode)? Explain(Exception fault) => fault switch
    {
        MisuseException or RoundSpecException => (fault.Message, ExitCode.Misuse),
        RoundStateException or SigningException => (fault.Message, ExitCode.Failed),
        BadDataException or StorageException or SourceException => (fault.Message, ExitCode.Failed),
        IOException or UnauthorizedAccessException => (fault.Message, ExitCode.Failed),
        _ => null,
    };
}
