using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary><c>round create</c>: builds and signs a round, and lists it as a draft.</summary>
internal static class RoundCreateCommand
{
    public static Command Create()
    {
        var (data, json, spec) = (Options.Data(), Options.Json(), new RoundSpecOptions());
        var publish = new Option<bool>("--publish") { Description = "Publish it as the current round once it is built" };
        var command = new Command("create", "Cut a round from the bars that are held") { publish, data, json };
        spec.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RoundCommand.WithServicesAsync(parsed.GetValue(data), async services =>
        {
            var isSigned = services.GetService<IRoundSigner>() is not null;
            if (parsed.GetValue(publish) && !isSigned)
                throw new MisuseException("--publish needs a key: set ROUND_SIGNING_KEY or ROUND_SIGNING_KEY_VAULT (trader-data round keygen makes a key)");
            var asked = await ReadSettledAsync(spec, parsed, services.GetRequiredService<TimeProvider>(), cancellationToken).ConfigureAwait(false);
            var desk = services.GetRequiredService<RoundDesk>();
            var entry = await ProgressView.RunAsync("round", "series", listener => desk.CreateAsync(asked, Progress(listener), cancellationToken)).ConfigureAwait(false);
            if (parsed.GetValue(publish))
                entry = await RoundStateCommands.PublishAsync(desk, entry.RoundId, makeCurrent: true, cancellationToken).ConfigureAwait(false);
            Tell(entry, parsed.GetValue(json), isSigned);
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }

    // A time up to now is good: the build waits until it is settled, so that what was fetched just before is in.
    private static async Task<RoundSpec> ReadSettledAsync(RoundSpecOptions spec, ParseResult parsed, TimeProvider time, CancellationToken cancellationToken)
    {
        var asked = spec.Read(parsed, time.GetUtcNow().ToUnixTimeMilliseconds() + RoundSpec.SettledMs);
        var wait = asked.AsOfMs + RoundSpec.SettledMs - time.GetUtcNow().ToUnixTimeMilliseconds();
        if (wait > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(wait), time, cancellationToken).ConfigureAwait(false);
        return asked;
    }

    private static RoundCommand.Told<RoundProgress> Progress(ProgressView.Listener listener) => new(p => listener(p.Step, p.Done + 1, p.Total));

    private static void Tell(RoundEntry entry, bool asJson, bool isSigned)
    {
        if (asJson)
            JsonOut.Write(writer => RoundOut.Write(writer, entry, isCurrent: null));
        else
            Console.Out.WriteLine(entry.RoundId);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {entry.RoundId}: {entry.Files.Sum(f => f.Bytes):N0} bytes in {entry.Files.Count} files, {entry.StateName}{(isSigned ? ", signed" : "")}"));
        if (entry.State == RoundState.Draft)
        {
            Console.Error.WriteLine(isSigned
                ? $"Publish it: trader-data round publish {entry.RoundId}"
                : "It is not signed: set ROUND_SIGNING_KEY or ROUND_SIGNING_KEY_VAULT (trader-data round keygen makes a key), then publish it");
        }
    }
}
