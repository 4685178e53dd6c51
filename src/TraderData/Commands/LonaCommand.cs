using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Exports;

namespace TraderData.Cli;

/// <summary><c>lona</c>: uploads exports to Lona's gateway, lists what is there, and deletes it.</summary>
internal static class LonaCommand
{
    public static Command Create() => new("lona", "Upload bars to Lona's gateway, list and delete them there") { LonaUploadCommand.Create(), List(), Delete() };

    /// <summary>Runs work with the gateway.</summary>
    /// <exception cref="MisuseException">No gateway is set.</exception>
    public static async Task<int> WithGatewayAsync(string? data, Func<IServiceProvider, LonaGateway, Task<int>> work, CancellationToken cancellationToken)
    {
        var settings = SettingsReader.Read((nameof(Settings.DataDirectory), data));
        if (settings.LonaGatewayUrl.Length == 0)
            throw new MisuseException("LONA_GATEWAY_URL is not set: set it to the gateway's address, with LONA_AGENT_TOKEN and LONA_AGENT_ID");
        var services = await Services.OpenAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (services.ConfigureAwait(false))
            return await work(services, services.GetRequiredService<LonaGateway>()).ConfigureAwait(false);
    }

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "List the symbols at the gateway") { json };
        command.SetAction((parsed, cancellationToken) => WithGatewayAsync(null, async (_, gateway) =>
        {
            var symbols = await ProgressView.RunAsync("lona list", async () => await gateway.ListAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            if (parsed.GetValue(json))
                JsonOut.Write(writer => WriteJson(writer, symbols));
            else
                WriteTable(symbols);
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }

    private static Command Delete()
    {
        var id = new Argument<string?>("ID") { Description = "The symbol, as 'lona list' tells it", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "The symbol by its name instead", HelpName = "NAME" };
        var command = new Command("delete", "Delete a symbol at the gateway") { id, name };
        command.SetAction((parsed, cancellationToken) => WithGatewayAsync(null, async (_, gateway) =>
        {
            var (given, named) = (parsed.GetValue(id), parsed.GetValue(name));
            if (given is null == named is null)
                throw new MisuseException("give either the ID of a symbol or its --name; 'trader-data lona list' tells both");
            var found = given ?? (await gateway.FindAsync(named!, cancellationToken).ConfigureAwait(false))?.Id
                ?? throw new MisuseException($"there is no symbol of the name '{named}'; 'trader-data lona list' tells what there is");
            await gateway.DeleteAsync(found, cancellationToken).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"{found}: deleted").ConfigureAwait(false);
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }

    private static void WriteTable(List<LonaSymbol> symbols) => TextTable.Write(
        Console.Out, ["id", "name", "exchange", "frequency"], symbols.Select(s => (string[])[s.Id, Shown(s.Name), Text(s, "exchange"), Text(s, "frequency")]));

    private static void WriteJson(Utf8JsonWriter writer, List<LonaSymbol> symbols)
    {
        writer.WriteStartArray();
        foreach (var symbol in symbols)
            symbol.Json.WriteTo(writer);
        writer.WriteEndArray();
    }

    private static string Text(LonaSymbol symbol, string name) => symbol.Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Shown(value.GetString()!) : "-";

    // A foreign text: nothing in it may move a terminal's cursor.
    private static string Shown(string text) => text.Length == 0 ? "-" : string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
