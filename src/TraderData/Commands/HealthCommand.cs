using System.CommandLine;
using System.Globalization;

namespace TraderData.Cli;

/// <summary><c>health</c>: asks the service on this machine whether it lives, for containers, whose images have nothing else to ask with.</summary>
internal static class HealthCommand
{
    // What asks gives up after five.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static Command Create()
    {
        var url = new Option<string?>("--url") { Description = "What to ask (default http://localhost:PORT/health)", HelpName = "URL" };
        var command = new Command("health", "Ask a running service whether it lives: exit code 0 when it does") { url };
        command.SetAction(async (parsed, cancellationToken) => await AskAsync(parsed.GetValue(url) ?? DefaultUrl(), cancellationToken).ConfigureAwait(false));
        return command;
    }

    // Not all of the settings: a check must not fail for what serve would have refused, nor read files each half minute.
    private static string DefaultUrl() => $"http://localhost:{Environment.GetEnvironmentVariable("PORT") ?? new Settings().Port.ToString(CultureInfo.InvariantCulture)}/health";

    private static async Task<int> AskAsync(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new MisuseException($"--url must be an http or https address, was '{url}'");
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(address, cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                return ExitCode.Ok;
            await Console.Error.WriteLineAsync($"trader-data: {address} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)}").ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"trader-data: {address}: {e.Message}").ConfigureAwait(false);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"trader-data: {address} did not answer within {Patience.TotalSeconds:0} s").ConfigureAwait(false);
        }

        return ExitCode.Failed;
    }
}
