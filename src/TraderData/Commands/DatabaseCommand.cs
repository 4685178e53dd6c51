using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary><c>db</c>: brings the schema in Postgres up to date, and moves bars that are over to the lake.</summary>
internal static class DatabaseCommand
{
    public static Command Create() => new("db", "Look after the database") { Migrate(), Seal(), Prune() };

    private static Command Migrate()
    {
        var command = new Command("migrate", "Bring the schema in Postgres up to date; services do it at their start too");
        command.SetAction(async (_, cancellationToken) =>
        {
            var settings = Settings();
            var options = SettingsReader.PostgresOf(settings);
            var database = new PostgresDatabase(options);
            await using (database.ConfigureAwait(false))
            {
                var applied = await ProgressView.RunAsync("migrate", () => PostgresMigrator.MigrateAsync(database, options, NullLogger.Instance, cancellationToken)).ConfigureAwait(false);
                await Console.Out.WriteLineAsync(applied.Count == 0
                    ? $"{database}: up to date"
                    : $"{database}: applied {string.Join(", ", applied)}").ConfigureAwait(false);
                return ExitCode.Ok;
            }
        });
        return command;
    }

    private static Command Seal()
    {
        var command = new Command("seal", "Fold the partitions in Postgres that are over into the lake; workers do it each night");
        command.SetAction((_, cancellationToken) => WithStorageAsync(Settings(), async (storage, time) =>
        {
            var partitions = await ProgressView.RunAsync("seal", () => storage.SealAsync(time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken)).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"{partitions} partitions written to the lake").ConfigureAwait(false);
        }, cancellationToken));
        return command;
    }

    private static Command Prune()
    {
        var window = new Option<int?>("--hot-window-days") { Description = "Keep this many days; HotWindowDays of the settings when not given", HelpName = "days" };
        var command = new Command("prune", "Drop bars from Postgres that are sealed in the lake and older than the hot window; workers do it each night") { window };
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = Settings();
            var days = parsed.GetValue(window) ?? settings.HotWindowDays;
            if (days is < 1 or > 36_500)
                throw new MisuseException($"--hot-window-days must be 1 to 36500, was {days}: set it, or HOT_WINDOW_DAYS, to how many days Postgres shall keep");
            return WithStorageAsync(settings, async (storage, time) =>
            {
                var endedBeforeMs = (time.GetUtcNow() - TimeSpan.FromDays(days)).ToUnixTimeMilliseconds();
                var bars = await ProgressView.RunAsync("prune", () => storage.PruneAsync(endedBeforeMs, cancellationToken)).ConfigureAwait(false);
                await Console.Out.WriteLineAsync($"{bars} bars dropped from Postgres; the lake has them").ConfigureAwait(false);
            }, cancellationToken);
        });
        return command;
    }

    private static Settings Settings()
    {
        var settings = SettingsReader.Read();
        return settings.DatabaseUrl.Length > 0 ? settings : throw new MisuseException("DATABASE_URL is not set: without Postgres there is no hot tier to look after");
    }

    private static async Task<int> WithStorageAsync(Settings settings, Func<TraderDataStorage, TimeProvider, Task> work, CancellationToken cancellationToken)
    {
        var services = await Services.OpenAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (services.ConfigureAwait(false))
            await work(services.GetRequiredService<TraderDataStorage>(), services.GetRequiredService<TimeProvider>()).ConfigureAwait(false);
        return ExitCode.Ok;
    }
}
