using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;
using TraderData.Marketplace;

namespace TraderData.Cli;

/// <summary><c>keys</c>: makes the secrets of the marketplace, lists what is kept of them, and revokes them. A secret is printed once, alone on standard output.</summary>
internal static class KeysCommand
{
    private const int DefaultCodeMinutes = 15;

    public static Command Create() => new("keys", "Make, list and revoke the keys and tokens of the marketplace") { CreateVendor(), CreateDeploymentToken(), CreateAuthCode(), Revoke(), List() };

    private static Command CreateVendor()
    {
        var name = new Option<string>("--name") { Description = "The vendor's name, for people", HelpName = "NAME", Required = true };
        var owner = new Option<string?>("--owner") { Description = "What its signals are owned by (default: the name)", HelpName = "OWNER" };
        var user = new Option<Guid?>("--user-id") { Description = "The user who may read its signals through row-level security (default: a new one)", HelpName = "UUID" };
        var data = Options.Data();
        var command = new Command("create-vendor", "Make a vendor, and print its key") { name, owner, user, data };
        command.SetAction((parsed, token) => WithTokensAsync(parsed.GetValue(data), async (book, _) =>
        {
            var vendor = Checked("--name", parsed.GetRequiredValue(name));
            var owned = Checked("--owner", parsed.GetValue(owner) ?? vendor);
            var key = await book.CreateVendorAsync(vendor, owned, parsed.GetValue(user), token).ConfigureAwait(false)
                ?? throw new MisuseException($"the owner '{owned}' is another vendor's: choose another with --owner");
            return (key, $"vendor {key.Token.VendorId}, owner {owned}");
        }, token));
        return command;
    }

    private static Command CreateDeploymentToken()
    {
        var id = new Option<string>("--deployment") { Description = "The deployment, as it was answered when it was made", HelpName = "ID", Required = true };
        var days = new Option<int>("--days") { Description = "How long it counts", DefaultValueFactory = _ => (int)MarketplaceOptions.DefaultInfraTokenLifetime.TotalDays, HelpName = "days" };
        var data = Options.Data();
        var command = new Command("create-deployment-token", "Make one more token for a deployment, and print it") { id, days, data };
        command.SetAction((parsed, token) => WithTokensAsync(parsed.GetValue(data), async (book, store) =>
        {
            var deployment = await store.FindDeploymentAsync(parsed.GetRequiredValue(id), token).ConfigureAwait(false)
                ?? throw new MisuseException($"there is no deployment '{parsed.GetRequiredValue(id)}'; a vendor makes one with POST /api/deployments");
            var lifetime = TimeSpan.FromDays(InRange("--days", parsed.GetValue(days), 3_650));
            return (await book.CreateInfraTokenAsync(deployment, lifetime, token).ConfigureAwait(false), $"deployment {deployment.Id} of vendor {deployment.VendorId}");
        }, token));
        return command;
    }

    private static Command CreateAuthCode()
    {
        var id = new Option<string>("--vendor") { Description = "The vendor, as 'keys list' names it", HelpName = "ID", Required = true };
        var minutes = new Option<int>("--minutes") { Description = "How long it counts", DefaultValueFactory = _ => DefaultCodeMinutes, HelpName = "minutes" };
        var data = Options.Data();
        var command = new Command("create-auth-code", "Make a code that a vendor's program changes for a key, once, and print it") { id, minutes, data };
        command.SetAction((parsed, token) => WithTokensAsync(parsed.GetValue(data), async (book, store) =>
        {
            var vendors = await store.ListVendorsAsync(token).ConfigureAwait(false);
            var vendor = vendors.FirstOrDefault(one => one.Id == parsed.GetRequiredValue(id))
                ?? throw new MisuseException($"there is no vendor '{parsed.GetRequiredValue(id)}'; 'keys list' lists those there are");
            var lifetime = TimeSpan.FromMinutes(InRange("--minutes", parsed.GetValue(minutes), 24 * 60));
            return (await book.CreateAuthCodeAsync(vendor.Id, lifetime, token).ConfigureAwait(false), $"vendor {vendor.Id}");
        }, token));
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "The token's id, as 'keys list' lists it: tok_…" };
        var data = Options.Data();
        var command = new Command("revoke", "Revoke a key, token or code; running services heed it within a minute") { id, data };
        command.SetAction((parsed, token) => WithStoreAsync(parsed.GetValue(data), async services =>
        {
            var (store, now) = (services.GetRequiredService<IMarketplaceStore>(), MarketplaceTime.Now(services.GetRequiredService<TimeProvider>()));
            if (!await store.RevokeTokenAsync(parsed.GetRequiredValue(id), now, token).ConfigureAwait(false))
                throw new MisuseException($"there is no token '{parsed.GetRequiredValue(id)}' that counts; 'keys list' lists them");
            await Console.Out.WriteLineAsync($"{parsed.GetRequiredValue(id)}: revoked").ConfigureAwait(false);
        }, token));
        return command;
    }

    private static Command List()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("list", "List vendors' keys, deployments' tokens and codes, without their secrets") { data, json };
        command.SetAction((parsed, token) => WithStoreAsync(parsed.GetValue(data), async services =>
        {
            var store = services.GetRequiredService<IMarketplaceStore>();
            var vendors = (await store.ListVendorsAsync(token).ConfigureAwait(false)).ToDictionary(vendor => vendor.Id, StringComparer.Ordinal);
            var tokens = await store.ListTokensAsync(token).ConfigureAwait(false);
            var now = MarketplaceTime.Now(services.GetRequiredService<TimeProvider>());
            Write(tokens, vendors, now, parsed.GetValue(json));
        }, token));
        return command;
    }

    private static void Write(IReadOnlyList<Token> tokens, Dictionary<string, Vendor> vendors, DateTime now, bool json)
    {
        var rows = tokens.Select(token => (string[])
        [
            token.Id, NameOf(token.Kind), token.VendorId, vendors.GetValueOrDefault(token.VendorId)?.Name ?? "-", token.DeploymentId ?? "-", TextOf(token.CreatedAt),
            token.ExpiresAt is { } end ? TextOf(end) : "-", token.RevokedAt is not null ? "revoked" : token.IsLiveAt(now) ? "live" : "expired",
        ]);
        string[] headings = ["token", "kind", "vendor_id", "vendor", "deployment_id", "created_at", "expires_at", "state"];
        if (!json)
        {
            TextTable.Write(Console.Out, headings, rows);
            return;
        }

        JsonOut.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                foreach (var (heading, value) in headings.Zip(row).Where(cell => cell.Second != "-"))
                    writer.WriteString(heading, value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static Task<int> WithTokensAsync(string? data, Func<TokenBook, IMarketplaceStore, Task<(IssuedToken Token, string About)>> make, CancellationToken cancellationToken) =>
        WithStoreAsync(data, async services =>
        {
            var book = services.GetService<TokenBook>()
                ?? throw new MisuseException("INFRA_TOKEN_PEPPER is not set: set it to what the service has, a random text of at least 32 characters, as from openssl rand -base64 48");
            var (token, about) = await make(book, services.GetRequiredService<IMarketplaceStore>()).ConfigureAwait(false);
            var end = token.Token.ExpiresAt is { } expires ? $", until {TextOf(expires)}" : "";
            await Console.Error.WriteLineAsync($"{token.Token.Id}: {NameOf(token.Token.Kind)} for {about}{end}. It is shown this once:").ConfigureAwait(false);
            await Console.Out.WriteLineAsync(token.Secret).ConfigureAwait(false);
        }, cancellationToken);

    private static async Task<int> WithStoreAsync(string? data, Func<ServiceProvider, Task> work, CancellationToken cancellationToken)
    {
        var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), data)), cancellationToken).ConfigureAwait(false);
        await using (services.ConfigureAwait(false))
            await work(services).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static string Checked(string option, string text) =>
        text.Length is > 0 and <= Vendor.MaxNameLength && text.Trim() == text && !text.Any(char.IsControl)
            ? text
            : throw new MisuseException($"{option} must have 1 to {Vendor.MaxNameLength} characters, none at its ends a space, was '{text}'");

    private static int InRange(string option, int value, int most) =>
        value >= 1 && value <= most ? value : throw new MisuseException($"{option} must be 1 to {most}, was {value}");

    private static string TextOf(DateTime time) => TimeText.Iso(new DateTimeOffset(time).ToUnixTimeMilliseconds());

    private static string NameOf(TokenKind kind) => kind switch
    {
        TokenKind.VendorKey => "vendor key",
        TokenKind.InfraToken => "infra token",
        _ => "auth code",
    };
}
