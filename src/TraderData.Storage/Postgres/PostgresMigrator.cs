using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Brings a database to the schema that this program knows. Safe to run at any time, by several processes at once.</summary>
public static class PostgresMigrator
{
    // "traderda" in ASCII: the same number in every version of the program, so that all of them wait for each other.
    private const long LockKey = 0x7472_6164_6572_6461;

    // An index on a grown table takes as long as it takes; the caller's token ends the wait.
    private const int NoTimeout = 0;

    /// <summary>
    /// Applies what is missing, each step in a transaction of its own under an advisory lock, and records it with its checksum in
    /// <c>market.schema_migrations</c>. Then closes off <c>market.ohlcv</c> by row, if the roles for it are there.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="options">Says whether the lookup index is wanted.</param>
    /// <param name="logger">Is told what was applied, and the server's notices.</param>
    /// <param name="cancellationToken">Stops between or within steps; a step is applied whole or not at all.</param>
    /// <returns>The names of the steps that this call applied.</returns>
    /// <exception cref="StorageException">
    /// Kind <see cref="StorageErrorKind.Refused"/>: a step that was applied has another text now, the database is newer than this program, or
    /// the server refuses a statement.
    /// </exception>
    public static Task<IReadOnlyList<string>> MigrateAsync(
        PostgresDatabase database, PostgresOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return MigrateAsync(database, Migration.All, options.LookupIndex, logger, cancellationToken);
    }

    internal static async Task<IReadOnlyList<string>> MigrateAsync(
        PostgresDatabase database, IReadOnlyList<Migration> migrations, bool lookupIndex, ILogger logger, CancellationToken cancellationToken)
    {
        var doing = $"{database}: migrate";
        try
        {
            await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
            connection.Notice += (_, e) => PostgresLog.Notice(logger, database.ToString(), e.Notice.MessageText);
            var (isCurrent, hasRoles) = await LookAsync(connection, migrations, database, cancellationToken);
            if (isCurrent)
            {
                if (hasRoles || lookupIndex)
                    await FinishAsync(connection, lookupIndex, cancellationToken);
                return [];
            }

            var applied = new List<string>();
            while (await ApplyNextAsync(connection, migrations, database, cancellationToken) is { } migration)
            {
                doing = $"{database}: migrate after {migration.Name}";
                PostgresLog.MigrationApplied(logger, database.ToString(), migration.Name);
                applied.Add(migration.Name);
            }

            await FinishAsync(connection, lookupIndex, cancellationToken);
            return applied;
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, doing);
        }
    }

    private static async Task<Migration?> ApplyNextAsync(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, PostgresDatabase database, CancellationToken cancellationToken)
    {
        await using var transaction = await BeginLockedAsync(connection, cancellationToken);
        var applied = await ReadAppliedAsync(connection, cancellationToken);
        Check(migrations, applied, database);
        if (applied.Count == migrations.Count)
            return null;
        var next = migrations[applied.Count];
        await RunAsync(connection, next.Sql, cancellationToken);
        await using var record = new NpgsqlCommand("INSERT INTO market.schema_migrations (number, name, checksum) VALUES ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = next.Number }, new() { Value = next.Name }, new() { Value = next.Checksum } },
        };
        await record.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return next;
    }

    // What nearly every start finds: one look without the lock, as steps are only ever added.
    private static async Task<(bool IsCurrent, bool HasRoles)> LookAsync(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, PostgresDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            var (applied, hasRoles) = await ReadRowsAsync(connection, cancellationToken);
            Check(migrations, applied, database);
            return (applied.Count == migrations.Count, hasRoles);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return (false, false);
        }
    }

    // In one go: the statements of a batch are one transaction, and the lock is its first.
    private static async Task FinishAsync(NpgsqlConnection connection, bool lookupIndex, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = NoTimeout };
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock($1)") { Parameters = { new() { Value = LockKey } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Migration.RowLevelSecurity));
        if (lookupIndex)
            batch.BatchCommands.Add(new NpgsqlBatchCommand("CREATE INDEX IF NOT EXISTS ohlcv_lookup ON market.ohlcv (symbol, timeframe, bar_ts DESC)"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // A lock of the transaction, not of the session, so that it also holds behind a pooler that shares sessions.
    private static async Task<NpgsqlTransaction> BeginLockedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = LockKey } }, CommandTimeout = NoTimeout };
        await command.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }

    private static async Task<List<(int Number, string Name, string Checksum)>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var exists = new NpgsqlCommand("SELECT to_regclass('market.schema_migrations') IS NOT NULL", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is false)
            {
                await RunAsync(connection, CreateRecord, cancellationToken);
                return [];
            }
        }

        return (await ReadRowsAsync(connection, cancellationToken)).Applied;
    }

    // With the steps it is told whether there are roles to close the tables off for.
    private static async Task<(List<(int Number, string Name, string Checksum)> Applied, bool HasRoles)> ReadRowsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new List<(int, string, string)>();
        var hasRoles = false;
        await using var command = new NpgsqlCommand(
            """
            SELECT number, name, checksum, (SELECT count(*) FROM pg_roles WHERE rolname IN ('authenticated', 'service_role')) = 2
            FROM market.schema_migrations ORDER BY number
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
            hasRoles = reader.GetBoolean(3);
        }

        return (applied, hasRoles);
    }

    // CREATE SCHEMA asks for a right on the database even when the schema is there.
    private const string CreateRecord =
        """
        DO $$ BEGIN
            IF to_regnamespace('market') IS NULL THEN CREATE SCHEMA market; END IF;
        END $$;
        CREATE TABLE market.schema_migrations (
            number int PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        """;

    private static void Check(IReadOnlyList<Migration> migrations, List<(int Number, string Name, string Checksum)> applied, PostgresDatabase database)
    {
        for (var i = 0; i < applied.Count; i++)
        {
            var (number, name, checksum) = applied[i];
            if (i >= migrations.Count)
            {
                throw new StorageException(
                    StorageErrorKind.Refused, $"{database}: migration {name} is applied, but this program knows only up to {(i == 0 ? "none" : migrations[^1].Name)}; use a newer program");
            }

            if (number != i + 1 || name != migrations[i].Name)
                throw new StorageException(StorageErrorKind.Refused, $"{database}: migration {number} is applied as {name}, but is {migrations[i].Name} in this program");
            if (checksum != migrations[i].Checksum)
                throw new StorageException(StorageErrorKind.Refused, $"{database}: migration {name} was edited after it was applied; add a new one instead");
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = NoTimeout };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
