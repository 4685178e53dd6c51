using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary><c>round pull</c> and <c>round verify</c>.</summary>
internal static class RoundFilesCommands
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    public static Command Pull()
    {
        var (id, data, json) = (RoundCommand.Id("The round, or 'current'"), Options.Data(), Options.Json());
        var output = new Option<string>("--output") { Description = "The folder", HelpName = "DIR", Required = true };
        var jwks = new Option<string?>("--jwks") { Description = "The keys to believe (default: those beside the rounds)", HelpName = "FILE|URL" };
        var command = new Command("pull", "Copy a round into a folder and verify it; what is there already is kept") { id, output, jwks, data, json };
        command.SetAction((parsed, cancellationToken) => RoundCommand.WithServicesAsync(parsed.GetValue(data), async services =>
        {
            var (rounds, folder) = (services.GetRequiredService<IRounds>(), parsed.GetRequiredValue(output));
            var round = await rounds.FindAsync(parsed.GetRequiredValue(id), cancellationToken).ConfigureAwait(false)
                ?? throw new MisuseException($"no round '{parsed.GetRequiredValue(id)}' is offered; see which there are: trader-data round list");
            var keys = parsed.GetValue(jwks) is { } where ? await KeysAsync(where, cancellationToken).ConfigureAwait(false) : await rounds.KeysAsync(cancellationToken).ConfigureAwait(false);
            var verified = await ProgressView.RunAsync("round", "bytes", async listener =>
            {
                await RoundPull.RunAsync(rounds, round, folder, new RoundCommand.Told<RoundBytes>(p => listener("copying", p.Done, p.Total)), cancellationToken).ConfigureAwait(false);
                return await RoundVerifier.VerifyAsync(folder, keys, Progress(listener), cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return Tell(folder, verified, parsed.GetValue(json));
        }, cancellationToken));
        return command;
    }

    public static Command Verify()
    {
        var (folder, json) = (new Argument<string>("DIR") { Description = "The folder of a round" }, Options.Json());
        var jwks = new Option<string>("--jwks") { Description = "The keys to believe; with a file no network is needed", HelpName = "FILE|URL", Required = true };
        var command = new Command("verify", "Tell whether every byte of a round is what was signed, or the first thing that is wrong") { folder, jwks, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var keys = await KeysAsync(parsed.GetRequiredValue(jwks), cancellationToken).ConfigureAwait(false);
            var where = parsed.GetRequiredValue(folder);
            var verified = await ProgressView.RunAsync("round", "bytes", listener => RoundVerifier.VerifyAsync(where, keys, Progress(listener), cancellationToken)).ConfigureAwait(false);
            return Tell(where, verified, parsed.GetValue(json));
        });
        return command;
    }

    private static RoundCommand.Told<RoundBytes> Progress(ProgressView.Listener listener) => new(p => listener("checking", p.Done, p.Total));

    private static async Task<RoundKeySet> KeysAsync(string where, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = AnswerTime };
        try
        {
            return await KeySetSource.ReadAsync(where, http, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FormatException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new MisuseException($"--jwks {where} cannot be used: {e.Message}", e);
        }
    }

    private static int Tell(string folder, RoundVerification verified, bool asJson)
    {
        if (asJson)
            JsonOut.Write(writer => Write(writer, verified));
        if (verified.Fault is { } fault)
        {
            Console.Error.WriteLine($"{folder} is not sound: {fault}");
            return ExitCode.Failed;
        }

        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{folder}: round {verified.RoundId} is sound, {verified.Files.Sum(f => f.Bytes):N0} bytes in {verified.Files.Count} files, signed with key {verified.Kid}"));
        return ExitCode.Ok;
    }

    private static void Write(Utf8JsonWriter writer, RoundVerification verified)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("sound", verified.IsSound);
        if (verified.RoundId is { } id)
            writer.WriteString("round_id", id);
        if (verified.Kid is { } kid)
            writer.WriteString("kid", kid);
        if (verified.Fault is { } fault)
        {
            writer.WriteStartObject("fault");
            writer.WriteString("file", fault.Where);
            writer.WriteString("what", fault.What);
            writer.WriteString("remedy", fault.Remedy);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
