using System.CommandLine;

namespace TraderData.Cli;

/// <summary><c>round</c>: data sets for training, from their making to their checking.</summary>
internal static class RoundCommand
{
    public static Command Create() => new("round", "Make, publish, fetch and verify data sets for training")
    {
        RoundCreateCommand.Create(),
        RoundListCommand.List(),
        RoundListCommand.Show(),
        RoundStateCommands.Publish(),
        RoundStateCommands.Retire(),
        RoundFilesCommands.Pull(),
        RoundFilesCommands.Verify(),
        RoundKeyCommands.Keygen(),
        RoundKeyCommands.Keys(),
    };

    /// <summary>The name of a round on a command line.</summary>
    public static Argument<string> Id(string description = "The round, as 'round list' tells it") => new("ID") { Description = description };

    /// <summary>Runs work with the services of a data folder.</summary>
    public static async Task<int> WithServicesAsync(string? data, Func<IServiceProvider, Task<int>> work, CancellationToken cancellationToken)
    {
        var services = await Services.OpenAsync(SettingsReader.ReadWithRound((nameof(Settings.DataDirectory), data)), cancellationToken).ConfigureAwait(false);
        await using (services.ConfigureAwait(false))
            return await work(services).ConfigureAwait(false);
    }

    /// <summary>Told by the thread that did the work: the system's Progress would queue it behind the end.</summary>
    public sealed class Told<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
