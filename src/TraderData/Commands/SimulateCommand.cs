using System.CommandLine;
using TraderData.Simulator;

namespace TraderData.Cli;

/// <summary><c>simulate</c>: an exchange to run, that speaks Binance's and Alpaca's wire.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "The port, on localhost; 0 for any that is free", DefaultValueFactory = _ => 9_000 };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value and (< 0 or > 65_535))
                result.AddError($"--port must be 0 to 65535, was {value}");
        });
        var seed = new Option<ulong>("--seed") { Description = "Decides every bar of the market", DefaultValueFactory = _ => 1 };
        var recordings = new Option<string?>("--recordings") { Description = "Serve recorded answers from this folder instead", HelpName = "DIR" };
        var command = new Command("simulate", "Run an exchange that speaks Binance's and Alpaca's wire") { port, seed, recordings };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = parsed.GetValue(recordings);
            if (directory is not null && !Directory.Exists(directory))
                throw new MisuseException($"--recordings must name a folder, '{directory}' is none");
            var options = new SimulatorOptions { Port = parsed.GetValue(port), Seed = parsed.GetValue(seed), RecordingsDirectory = directory };
            var host = await SimulatorHost.StartAsync(options, cancellationToken).ConfigureAwait(false);
            await using (host.ConfigureAwait(false))
            {
                var url = host.BaseUrl.ToString().TrimEnd('/');
                await Console.Out.WriteLineAsync($"Simulated exchange at {url}. Ctrl+C stops it. Point trader-data at it:").ConfigureAwait(false);
                var stream = host.StreamUrl.ToString().TrimEnd('/');
                await Console.Out.WriteLineAsync($"  export BINANCE_BASE_URL={url} BINANCE_ARCHIVE_URL={url} BINANCE_STREAM_URL={stream} ALPACA_DATA_URL={url} ALPACA_STREAM_URL={stream}").ConfigureAwait(false);
                await WaitAsync(cancellationToken).ConfigureAwait(false);
                return ExitCode.Ok;
            }
        });
        return command;
    }

    private static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(stopped.SetResult))
            await stopped.Task.ConfigureAwait(false);
    }
}
