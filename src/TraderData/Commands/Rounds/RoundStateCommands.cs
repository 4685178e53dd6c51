using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary><c>round publish</c> and <c>round retire</c>.</summary>
internal static class RoundStateCommands
{
    public static Command Publish()
    {
        var (id, data, json) = (RoundCommand.Id(), Options.Data(), Options.Json());
        var keepCurrent = new Option<bool>("--keep-current") { Description = "Leave another round the current one" };
        var command = new Command("publish", "Offer a round, once every byte of it was checked, and make it the current one") { id, keepCurrent, data, json };
        command.SetAction((parsed, cancellationToken) => RoundCommand.WithServicesAsync(parsed.GetValue(data), async services =>
        {
            var makeCurrent = !parsed.GetValue(keepCurrent);
            var round = await PublishAsync(services.GetRequiredService<RoundDesk>(), parsed.GetRequiredValue(id), makeCurrent, cancellationToken).ConfigureAwait(false);
            return Tell(round, parsed.GetValue(json), makeCurrent ? "published, and current" : "published");
        }, cancellationToken));
        return command;
    }

    public static Command Retire()
    {
        var (id, data, json) = (RoundCommand.Id(), Options.Data(), Options.Json());
        var force = new Option<bool>("--force") { Description = "Even the current one; there is none then" };
        var command = new Command("retire", "Offer a round no more, whatever links there are; its files stay") { id, force, data, json };
        command.SetAction((parsed, cancellationToken) => RoundCommand.WithServicesAsync(parsed.GetValue(data), async services =>
        {
            var round = await services.GetRequiredService<RoundDesk>().RetireAsync(parsed.GetRequiredValue(id), parsed.GetValue(force), cancellationToken).ConfigureAwait(false);
            return Tell(round, parsed.GetValue(json), "retired");
        }, cancellationToken));
        return command;
    }

    /// <summary>Publishes a round and shows how far its check is.</summary>
    public static Task<RoundEntry> PublishAsync(RoundDesk desk, string id, bool makeCurrent, CancellationToken cancellationToken) =>
        ProgressView.RunAsync("round", "bytes", listener => desk.PublishAsync(id, makeCurrent, new RoundCommand.Told<RoundBytes>(p => listener("checking", p.Done, p.Total)), cancellationToken));

    private static int Tell(RoundEntry round, bool asJson, string what)
    {
        if (asJson)
            JsonOut.Write(writer => RoundOut.Write(writer, round, isCurrent: null));
        Console.Error.WriteLine($"round {round.RoundId}: {what}");
        return ExitCode.Ok;
    }
}
