using System.CommandLine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TraderData.Cli;

/// <summary><c>serve</c>: the HTTP API, the scheduled jobs, or both.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var role = Options.OneOf("--role", "HTTP and jobs, or one of them", "all", "api", "worker", "all");
        var urls = new Option<string?>("--urls") { Description = "Where to listen (default http://localhost:PORT)", HelpName = "URL" };
        var data = Options.Data();
        var command = new Command("serve", "Serve bars over HTTP and ingest the watch list on a schedule") { role, urls, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var flag = (nameof(Settings.DataDirectory), parsed.GetValue(data));
            var settings = SettingsReader.ReadWithRound(flag);
            var app = await WebService.BuildAsync(
                settings, Enum.Parse<ServiceRole>(parsed.GetRequiredValue(role), ignoreCase: true), parsed.GetValue(urls), LogLevel.Information, cancellationToken,
                () => SettingsReader.ReadWatchList([flag])).ConfigureAwait(false);
            await using (app.ConfigureAwait(false))
            {
                await WebService.StartAsync(app, cancellationToken).ConfigureAwait(false);
                await Console.Error.WriteLineAsync($"Listening on {WebService.AddressOf(app)}. Ctrl+C stops it.").ConfigureAwait(false);
                await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
                return ExitCode.Ok;
            }
        });
        return command;
    }
}
