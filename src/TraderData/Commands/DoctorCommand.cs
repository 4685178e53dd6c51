using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Connectors;
using TraderData.Core;
using TraderData.Marketplace;

namespace TraderData.Cli;

/// <summary><c>doctor</c>: tries every setting and connection, and says what to do about what is wrong.</summary>
internal static class DoctorCommand
{
    // A connection that takes longer is of no use to a service either.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Jobs that run right behind a close must not run in front of it.
    private static readonly TimeSpan MostDrift = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var data = Options.Data();
        var command = new Command("doctor", "Check every setting and connection, and say what to do") { data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data)));
            Say(true, "settings", $"data in {Path.GetFullPath(settings.DataDirectory)}, {settings.WatchList.Length} watched, port {settings.Port}");
            var failures = 0;
            try
            {
                var services = await Services.OpenAsync(settings, cancellationToken).ConfigureAwait(false);
                await using (services.ConfigureAwait(false))
                    failures = await CheckAllAsync(services, settings, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException e)
            {
                Say(false, "store", e.Message);
                failures = 1;
            }

            Console.Out.WriteLine(failures == 0 ? "All is well." : $"{failures} of the checks failed.");
            return failures == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static async Task<int> CheckAllAsync(IServiceProvider services, Settings settings, CancellationToken cancellationToken)
    {
        var failures = await CheckAsync("store", token => StoreAsync(services, settings, token), cancellationToken).ConfigureAwait(false);
        foreach (var source in services.GetServices<IMarketDataSource>())
            failures += await CheckAsync(source.Name, token => SourceAsync(source, settings, token), cancellationToken).ConfigureAwait(false);
        if (services.GetService<ITrainingProvider>() is { } provider)
            failures += await CheckAsync(provider.Name, token => TellAsync(provider.CheckAsync(token)), cancellationToken).ConfigureAwait(false);
        if (settings.RunPodDeployments)
            failures += await CheckAsync("pods", token => TellAsync(services.GetRequiredService<IPods>().CheckAsync(token)), cancellationToken).ConfigureAwait(false);
        return failures;
    }

    private static async Task<(bool Ok, string Text)> TellAsync(Task<string> check) => (true, await check.ConfigureAwait(false));

    private static async Task<(bool Ok, string Text)> StoreAsync(IServiceProvider services, Settings settings, CancellationToken cancellationToken)
    {
        var held = await services.GetRequiredService<IBarStore>().ListAsync(cancellationToken).ConfigureAwait(false);
        var lake = settings.AzureStorageConnectionString.Length + settings.AzureStorageAccountUrl.Length > 0 ? $"Azure container {settings.AzureContainer}" : "local folder";
        var postgres = settings.DatabaseUrl.Length > 0 ? " and Postgres" : "";
        return (true, $"lake in a {lake}{postgres}; {held.Count} series, {held.Sum(info => info.Rows):N0} bars");
    }

    private static async Task<(bool Ok, string Text)> SourceAsync(IMarketDataSource source, Settings settings, CancellationToken cancellationToken)
    {
        var symbol = source.Name == "alpaca" ? (settings.AlpacaApiKey.Length > 0 ? "SPY" : "BTC/USD") : "BTCUSDT";
        var now = await source.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var drift = TimeSpan.FromMilliseconds(now - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).Duration();
        if (drift > MostDrift)
            return (false, $"its clock and ours are {drift:d\\.hh\\:mm\\:ss} apart: set this machine's clock, by which jobs are run");
        var bars = 0;
        var week = new TimeRange(now - (7 * Timeframe.D1.DurationMs), now);
        await foreach (var page in source.FetchBarsAsync(symbol, Timeframe.D1, week, cancellationToken).ConfigureAwait(false))
            bars += page.Bars.Count;
        return (true, $"{bars} day bars of {symbol} for the last week; its clock and ours are {drift.TotalMilliseconds:F0} ms apart");
    }

    private static async Task<int> CheckAsync(string name, Func<CancellationToken, Task<(bool Ok, string Text)>> check, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var (ok, text) = await check(limit.Token).ConfigureAwait(false);
            Say(ok, name, text);
            return ok ? 0 : 1;
        }
        catch (Exception e) when (e is StorageException or SourceException or BadDataException or ProviderException)
        {
            Say(false, name, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Say(false, name, $"no answer within {Patience.TotalSeconds} s: check the address, the network and any proxy");
        }

        return 1;
    }

    private static void Say(bool ok, string name, string text) => Console.Out.WriteLine($"{(ok ? "ok  " : "FAIL")}  {name}: {text}");
}
