using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What a look at a database finds, for a person who has to set it right. Changes nothing.</summary>
/// <param name="ServerVersion">The server's version: <c>18.4</c>.</param>
/// <param name="User">The role that is connected.</param>
/// <param name="Applied">How many steps of the schema are applied.</param>
/// <param name="Missing">The steps that this program has and the database lacks, in order.</param>
/// <param name="Denied">What the role may not do with <c>market.ohlcv</c>: <c>SELECT</c>, <c>INSERT</c>; empty when it may do all, or the table is not there.</param>
/// <param name="CanCreate">Whether the role may make schemas in the database, which a first migration does.</param>
/// <param name="FreeConnections">How many connections more the server takes.</param>
/// <param name="Notifies">Whether what one connection tells reaches another: behind a pooler that shares sessions it never does.</param>
public sealed record PostgresCheckup(
    Version ServerVersion, string User, int Applied, IReadOnlyList<string> Missing, IReadOnlyList<string> Denied, bool CanCreate, int FreeConnections, bool Notifies)
{
    private const string Facts =
        """
        SELECT current_user::text, to_regclass('market.schema_migrations') IS NOT NULL, to_regclass('market.ohlcv') IS NOT NULL,
            has_database_privilege(current_database(), 'CREATE'),
            current_setting('max_connections')::int - (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend')
        """;

    private const string Channel = "trader_data_doctor";

    private static readonly string[] Rights = ["SELECT", "INSERT", "UPDATE", "DELETE"];

    // On one machine it takes a millisecond; over an ocean some hundred.
    private static readonly TimeSpan NotifyPatience = TimeSpan.FromSeconds(2);

    /// <summary>Looks.</summary>
    /// <exception cref="StorageException">The database cannot be reached, or refuses; the inner exception is the driver's.</exception>
    public static async Task<PostgresCheckup> RunAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        try
        {
            await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
            var (user, hasRecord, hasTable, canCreate, free) = await ReadFactsAsync(connection, cancellationToken);
            var applied = hasRecord ? await ListAsync(connection, "SELECT name FROM market.schema_migrations", cancellationToken) : [];
            var denied = hasTable ? await DeniedAsync(connection, cancellationToken) : [];
            var missing = Migration.All.Select(m => m.Name).Where(name => !applied.Contains(name, StringComparer.Ordinal)).ToList();
            return new PostgresCheckup(connection.PostgreSqlVersion, user, applied.Count, missing, denied, canCreate, free, await NotifiesAsync(database, connection, cancellationToken));
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}");
        }
    }

    /// <summary>The server's code of a refusal (SQLSTATE); null when a fault is none.</summary>
    public static string? CodeOf(StorageException fault) => (fault?.InnerException as PostgresException)?.SqlState;

    private static async Task<(string User, bool HasRecord, bool HasTable, bool CanCreate, int Free)> ReadFactsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Facts, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetInt32(4));
    }

    private static async Task<IReadOnlyList<string>> DeniedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rights = string.Join(',', Rights.Select(right => $"('{right}')"));
        return await ListAsync(connection, $"SELECT r FROM (VALUES {rights}) AS rights(r) WHERE NOT has_table_privilege('market.ohlcv', r)", cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> ListAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            texts.Add(reader.GetString(0));
        return texts;
    }

    private static async Task<bool> NotifiesAsync(PostgresDatabase database, NpgsqlConnection listener, CancellationToken cancellationToken)
    {
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", listener))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        await using (var notify = database.Connections.CreateCommand($"NOTIFY {Channel}"))
            await notify.ExecuteNonQueryAsync(cancellationToken);
        return await listener.WaitAsync(NotifyPatience, cancellationToken);
    }
}
