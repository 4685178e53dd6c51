using System.CommandLine;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary><c>round keygen</c> and <c>round keys</c>.</summary>
internal static class RoundKeyCommands
{
    public static Command Keygen()
    {
        var output = new Option<string>("--output") { Description = "The file of the private key; it must not be there", HelpName = "FILE", Required = true };
        var command = new Command("keygen", "Make a private key to sign rounds with") { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(output);
            if (File.Exists(path))
                throw new MisuseException($"{path} exists; a key is never written over");
            var (pem, key) = PemSigner.Generate();
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            // Nobody else's, from its first byte on.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var stream = new FileStream(path, options);
            await using (stream.ConfigureAwait(false))
                await stream.WriteAsync(Encoding.ASCII.GetBytes(pem), cancellationToken).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"{path}: key {key.Kid}. Set ROUND_SIGNING_KEY to the file; back it up, and give it to nobody").ConfigureAwait(false);
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Keys()
    {
        var data = Options.Data();
        var command = new Command("keys", "Print the public keys that rounds are and were signed with, as a JSON Web Key Set") { data };
        command.SetAction((parsed, cancellationToken) => RoundCommand.WithServicesAsync(parsed.GetValue(data), async services =>
        {
            var keys = await services.GetRequiredService<IRounds>().KeysAsync(cancellationToken).ConfigureAwait(false);
            Console.Out.WriteLine(Encoding.UTF8.GetString(keys.ToBytes()));
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }
}
