using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary><c>round list</c> and <c>round show</c>.</summary>
internal static class RoundListCommand
{
    public static Command List()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("list", "List all rounds, drafts and retired ones too") { data, json };
        command.SetAction((parsed, cancellationToken) => RoundCommand.WithServicesAsync(parsed.GetValue(data), async services =>
        {
            var index = await services.GetRequiredService<IRounds>().IndexAsync(cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
                WriteJson(index);
            else
                WriteTable(index);
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }

    public static Command Show()
    {
        var (id, data, json) = (RoundCommand.Id("The round, or 'current'"), Options.Data(), Options.Json());
        var command = new Command("show", "Show a round and its files") { id, data, json };
        command.SetAction((parsed, cancellationToken) => RoundCommand.WithServicesAsync(parsed.GetValue(data), async services =>
        {
            var index = await services.GetRequiredService<IRounds>().IndexAsync(cancellationToken).ConfigureAwait(false);
            var round = Find(index, parsed.GetRequiredValue(id));
            if (parsed.GetValue(json))
                JsonOut.Write(writer => RoundOut.Write(writer, round, index.Current == round.RoundId));
            else
                WriteText(index, round);
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }

    private static RoundEntry Find(RoundIndex index, string id) =>
        (id == RoundIds.Current ? index.Current : id) is { } name && index.Find(name) is { } round
            ? round
            : throw new MisuseException(id == RoundIds.Current ? "no round is current; publish one: trader-data round publish ID" : $"there is no round '{id}'; see which there are: trader-data round list");

    private static void WriteJson(RoundIndex index) => JsonOut.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var round in index.Rounds)
            RoundOut.Write(writer, round, index.Current == round.RoundId);
        writer.WriteEndArray();
    });

    private static void WriteTable(RoundIndex index)
    {
        if (index.Rounds.Count == 0)
        {
            Console.Error.WriteLine("There is no round yet. Try: trader-data round create --name first --universe binance:BTCUSDT --timeframes 1h --start 2024-01-01 --end 2025-01-01 --splits 0.7,0.15,0.15");
            return;
        }

        TextTable.Write(Console.Out, ["round", "name", "state", "as of", "created", "expires", "rows", "bytes"], index.Rounds.Select(round => (string[])
        [
            round.RoundId, round.Name, index.Current == round.RoundId ? "current" : round.StateName, TimeText.Iso(round.AsOfMs), TimeText.Iso(round.CreatedMs),
            round.ExpiresMs is { } expires ? TimeText.Iso(expires) : "-", Number(round.Files.FirstOrDefault(f => f.Type == "features")?.Rows ?? 0), Number(round.Files.Sum(f => f.Bytes)),
        ]));
    }

    private static void WriteText(RoundIndex index, RoundEntry round)
    {
        Console.Out.WriteLine($"{round.RoundId} {round.Name}: {(index.Current == round.RoundId ? "current" : round.StateName)}, as of {TimeText.Iso(round.AsOfMs)}");
        if (round.Description is { } description)
            Console.Out.WriteLine(description);
        TextTable.Write(Console.Out, ["file", "rows", "bytes", "sha256"], round.Files.Select(f => (string[])[f.Name, f.Rows is { } rows ? Number(rows) : "-", Number(f.Bytes), f.Sha256]));
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
