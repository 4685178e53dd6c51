using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Connectors;
using TraderData.Exports;
using TraderData.Marketplace;
using TraderData.Rounds;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary><c>doctor</c>: tries every setting and connection, and says what to do about what is wrong.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("doctor", "Check every setting, connection, clock, key and disk, and say what to do") { data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var asJson = parsed.GetValue(json);
            var settings = SettingsCheck.Read([(nameof(Settings.DataDirectory), parsed.GetValue(data))], out var read, out var wrong);
            var findings = new List<Finding>();
            Take(read);
            if (!wrong.Contains(nameof(Settings.DataDirectory)))
                Take([DiskCheck.Run(settings.DataDirectory)]);
            var services = Services.Open(settings);
            await using (services.ConfigureAwait(false))
            {
                // All at once: what does not answer takes its time. Told in order.
                foreach (var check in Checks(services, settings, wrong, cancellationToken).ToList())
                    Take(await check.ConfigureAwait(false));
            }

            if (asJson)
                DoctorOut.WriteJson(findings);
            else
                DoctorOut.WriteSum(findings);
            return findings.Exists(f => f.Health == Health.Failed) ? ExitCode.Failed : ExitCode.Ok;

            void Take(IReadOnlyList<Finding> found)
            {
                findings.AddRange(found);
                if (!asJson)
                    DoctorOut.WriteLines(found);
            }
        });
        return command;
    }

    // What a wrong setting stands in for is not asked: its default is somebody else's.
    private static IEnumerable<Task<IReadOnlyList<Finding>>> Checks(IServiceProvider services, Settings settings, IReadOnlySet<string> wrong, CancellationToken cancellationToken)
    {
        var http = services.GetRequiredService<HttpClient>();
        if (!wrong.Contains(nameof(Settings.DatabaseUrl)) && !wrong.Contains(nameof(Settings.AzureStorageConnectionString)))
            yield return StoreAsync(services.GetRequiredService<TraderDataStorage>(), settings, cancellationToken);
        if (settings.RoundSigningKey.Length > 0 || settings.RoundSigningKeyVault.Length > 0)
        {
            yield return Checkup.RunAsync(
                "signing key", "look at ROUND_SIGNING_KEY or ROUND_SIGNING_KEY_VAULT",
                token => KeyCheck.SigningAsync(services.GetRequiredService<IRoundSigner>, token), cancellationToken);
        }

        if (!wrong.Contains(nameof(Settings.InfraTokenPepper)) && !wrong.Contains(nameof(Settings.MarketDataAuth)))
            yield return Task.FromResult<IReadOnlyList<Finding>>([KeyCheck.Auth(settings)]);
        foreach (var check in SourceChecks(services, settings, wrong, cancellationToken))
            yield return check;
        if (settings.Port != 0 && !wrong.Contains(nameof(Settings.Port)))
            yield return Checkup.RunAsync("port", "look at PORT", token => ServiceCheck.PortAsync(settings, http, token), cancellationToken);
        if (settings.PublicUrl.Length > 0)
            yield return Checkup.RunAsync("public url", "look at PUBLIC_URL", token => ServiceCheck.PublicUrlAsync(settings, http, token), cancellationToken);
        if (services.GetService<LonaGateway>() is { } lona)
            yield return Checkup.RunAsync("lona", "look at LONA_GATEWAY_URL, LONA_AGENT_TOKEN and LONA_AGENT_ID", token => LonaAsync(lona, token), cancellationToken);
        if (services.GetService<ITrainingProvider>() is { } provider)
            yield return Checkup.RunAsync(provider.Name, "look at RUNPOD_API_KEY and RUNPOD_ENDPOINT_ID", token => TellAsync(provider.Name, provider.CheckAsync(token)), cancellationToken);
        if (settings.RunPodDeployments)
            yield return Checkup.RunAsync("pods", "look at RUNPOD_API_KEY and RUNPOD_PODS_URL", token => TellAsync("pods", services.GetRequiredService<IPods>().CheckAsync(token)), cancellationToken);
    }

    private static IEnumerable<Task<IReadOnlyList<Finding>>> SourceChecks(IServiceProvider services, Settings settings, IReadOnlySet<string> wrong, CancellationToken cancellationToken)
    {
        var all = services.GetServices<IMarketDataSource>().ToList();
        var sources = all.FindAll(source => !IsWrong(source, wrong));
        foreach (var source in sources)
            yield return Checkup.RunAsync(source.Name, SourceCheck.RemedyOf(source, settings), token => SourceCheck.RunAsync(source, settings, token), cancellationToken);
        if (sources.Exists(source => source.Archive is not null))
            yield return ServiceCheck.ReachAsync("archives", "BINANCE_ARCHIVE_URL", settings.BinanceArchiveUrl, cancellationToken);
        foreach (var stream in settings.StreamsEnabled ? services.GetServices<IBarStream>() : [])
        {
            var (setting, url) = stream.Name == "alpaca" ? ("ALPACA_STREAM_URL", settings.AlpacaStreamUrl) : ("BINANCE_STREAM_URL", settings.BinanceStreamUrl);
            yield return ServiceCheck.ReachAsync($"stream of {stream.Name}", setting, url, cancellationToken);
        }

        if (settings.WatchList.Length > 0)
            yield return Checkup.RunAsync("watch list", "the source that lists it must answer first", token => SourceCheck.WatchListAsync(all, sources, settings, token), cancellationToken);
    }

    private static bool IsWrong(IMarketDataSource source, IReadOnlySet<string> wrong) =>
        wrong.Any(name => name.StartsWith(source.Name, StringComparison.OrdinalIgnoreCase) && !name.EndsWith("StreamUrl", StringComparison.Ordinal));

    // What is below a database that cannot be used would only fail by it again.
    private static async Task<IReadOnlyList<Finding>> StoreAsync(TraderDataStorage storage, Settings settings, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        if (storage.Database is { } database)
            findings.AddRange(await Checkup.RunAsync(DatabaseCheck.Name, "look at DATABASE_URL", token => DatabaseCheck.RunAsync(database, token), cancellationToken).ConfigureAwait(false));
        if (IsInAzure(settings))
        {
            findings.AddRange(await Checkup.RunAsync(
                "blobs", "look at AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL: account, key or identity, endpoint, and whether the firewall of the account lets this machine in",
                async token => [Finding.Ok("blobs", $"{await storage.CheckFilesAsync(token).ConfigureAwait(false)} can be written, read and deleted")], cancellationToken).ConfigureAwait(false));
        }

        if (findings.TrueForAll(f => f.Health != Health.Failed))
            findings.AddRange(await Checkup.RunAsync("store", "'trader-data lake verify' tells which files are damaged", token => ListAsync(storage, settings, token), cancellationToken).ConfigureAwait(false));
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> LonaAsync(LonaGateway gateway, CancellationToken cancellationToken)
    {
        await foreach (var symbol in gateway.ListAsync(cancellationToken).ConfigureAwait(false))
            return [Finding.Ok("lona", $"the gateway lists symbols, {symbol.Name} first")];
        return [Finding.Ok("lona", "the gateway has no symbol yet")];
    }

    private static async Task<IReadOnlyList<Finding>> TellAsync(string check, Task<string> answer) => [Finding.Ok(check, await answer.ConfigureAwait(false))];

    private static async Task<IReadOnlyList<Finding>> ListAsync(TraderDataStorage storage, Settings settings, CancellationToken cancellationToken)
    {
        var held = await storage.Bars.ListAsync(cancellationToken).ConfigureAwait(false);
        var lake = IsInAzure(settings) ? $"Azure container {settings.AzureContainer}" : "local folder";
        var postgres = settings.DatabaseUrl.Length > 0 ? " and Postgres" : "";
        return [Finding.Ok("store", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"lake in a {lake}{postgres}; {held.Count} series, {held.Sum(info => info.Rows):N0} bars"))];
    }

    private static bool IsInAzure(Settings settings) => settings.AzureStorageConnectionString.Length + settings.AzureStorageAccountUrl.Length > 0;
}
