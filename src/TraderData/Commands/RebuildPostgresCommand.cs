using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary><c>lake rebuild-postgres</c>: fills Postgres from the lake alone.</summary>
internal static class RebuildPostgresCommand
{
    public static Command Create()
    {
        var command = new Command("rebuild-postgres", "Fill Postgres with the bars of the lake that it does not have; those it has stay as they are");
        command.SetAction((_, cancellationToken) => RunAsync(SettingsReader.Read(), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
    {
        if (settings.DatabaseUrl.Length == 0)
            throw new MisuseException("DATABASE_URL is not set: there is no Postgres to rebuild");
        var services = await Services.OpenAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (services.ConfigureAwait(false))
        {
            var storage = services.GetRequiredService<TraderDataStorage>();
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            var fromMs = settings.HotWindowDays == 0 ? (long?)null : (now - TimeSpan.FromDays(settings.HotWindowDays)).ToUnixTimeMilliseconds();
            var (series, bars) = await ProgressView.RunAsync("rebuild", "bars", listener => RebuildAsync(storage, fromMs, listener, cancellationToken)).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{bars} bars of {series} series brought back to Postgres")).ConfigureAwait(false);
            return ExitCode.Ok;
        }
    }

    // How many bars the lake has is not known before it is read: rate and lines alone.
    private static async Task<(int Series, long Bars)> RebuildAsync(TraderDataStorage storage, long? fromMs, ProgressView.Listener listener, CancellationToken cancellationToken)
    {
        var (series, bars) = (0, 0L);
        await foreach (var rebuilt in storage.RebuildHotTierAsync(fromMs, cancellationToken).ConfigureAwait(false))
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rebuilt.Series}: {rebuilt.Bars} bars")).ConfigureAwait(false);
            (series, bars) = (series + 1, bars + rebuilt.Bars);
            listener("bars", bars, 0);
        }

        return (series, bars);
    }
}
