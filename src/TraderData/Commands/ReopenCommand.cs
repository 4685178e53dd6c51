using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Cli;

/// <summary><c>reopen</c>: has a source asked again at once that refused this address for good (451, 403). A ban stays: asked before its end, it grows.</summary>
internal static class ReopenCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "The source, as 'jobs list' names it: binance, alpaca, 'binance archives'" };
        var data = Options.Data();
        var command = new Command("reopen", "Ask a source again at once that answered 451 or 403; bans stay") { source, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data))), cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                var told = await LiftAsync(services.GetRequiredService<IBudgetStore>(), parsed.GetRequiredValue(source), cancellationToken).ConfigureAwait(false);
                await Console.Out.WriteLineAsync(told).ConfigureAwait(false);
                return ExitCode.Ok;
            }
        });
        return command;
    }

    private static async Task<string> LiftAsync(IBudgetStore budgets, string source, CancellationToken cancellationToken)
    {
        var known = await budgets.ListAsync(cancellationToken).ConfigureAwait(false);
        if (!known.ContainsKey(source))
            throw new MisuseException($"source must be one that was asked before ({(known.Count == 0 ? "none was" : string.Join(", ", known.Keys))}), was '{source}'");
        var before = await budgets.UpdateAsync(source, record => (record with { Stop = null }, record), cancellationToken).ConfigureAwait(false);
        var told = before.Stop is { } stop ? $"{source} is asked again; until now it was not because: {stop.Reason}" : $"{source} is not stopped.";
        return before.BannedUntilMs > TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()
            ? $"{told} It has banned this address until {TimeText.Iso(before.BannedUntilMs.Value)}; that stays, because a ban grows when it is not kept."
            : told;
    }
}
