using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TraderData.Storage;

namespace TraderData.Marketplace;

/// <summary>Runs the marketplace's SQL, and says of its faults what they mean.</summary>
internal sealed class PgSession(PostgresDatabase database)
{
    /// <summary>Runs work on a connection of the pool.</summary>
    public async Task<T> RunAsync<T>(string doing, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: {doing}");
        }
    }

    /// <summary>Runs work in one transaction, which is kept when the work returns.</summary>
    public Task<T> InTransactionAsync<T>(string doing, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) => RunAsync(
        doing,
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var answer = await work(connection);
            await transaction.CommitAsync(cancellationToken);
            return answer;
        },
        cancellationToken);

    /// <summary>Runs one statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public Task<int> ExecuteAsync(string doing, string sql, object?[] values, CancellationToken cancellationToken) =>
        RunAsync(doing, connection => ExecuteAsync(connection, sql, values, cancellationToken), cancellationToken);

    /// <summary>Reads the rows of a query.</summary>
    public Task<IReadOnlyList<T>> QueryAsync<T>(string doing, string sql, object?[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(doing, connection => QueryAsync(connection, sql, values, read, cancellationToken), cancellationToken);

    /// <summary>Runs one statement on a connection.</summary>
    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads the rows of a query on a connection.</summary>
    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        NpgsqlConnection connection, string sql, object?[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>A text column; null when it is.</summary>
    public static string? TextAt(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A time column; null when it is.</summary>
    public static DateTime? TimeAt(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDateTime(column);

    /// <summary>A JSON column; null when it is.</summary>
    public static JsonElement? JsonAt(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
            return null;
        using var document = JsonDocument.Parse(reader.GetString(column));
        return document.RootElement.Clone();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value switch
            {
                null => new NpgsqlParameter { Value = DBNull.Value },
                JsonElement json => new NpgsqlParameter { Value = json.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb },
                _ => new NpgsqlParameter { Value = value },
            });
        }

        return command;
    }
}
