using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary><c>db migrate</c>: brings the schema in Postgres up to date.</summary>
internal static class DatabaseCommand
{
    public static Command Create() => new("db", "Look after the database") { Migrate() };

    private static Command Migrate()
    {
        var command = new Command("migrate", "Bring the schema in Postgres up to date; services do it at their start too");
        command.SetAction(async (_, cancellationToken) =>
        {
            var settings = SettingsReader.Read();
            if (settings.DatabaseUrl.Length == 0)
                throw new MisuseException("DATABASE_URL is not set: without Postgres there is no schema to migrate");
            var options = SettingsReader.PostgresOf(settings);
            var database = new PostgresDatabase(options);
            await using (database.ConfigureAwait(false))
            {
                var applied = await PostgresMigrator.MigrateAsync(database, options, NullLogger.Instance, cancellationToken).ConfigureAwait(false);
                await Console.Out.WriteLineAsync(applied.Count == 0
                    ? $"{database}: up to date"
                    : $"{database}: applied {string.Join(", ", applied)}").ConfigureAwait(false);
                return ExitCode.Ok;
            }
        });
        return command;
    }
}
