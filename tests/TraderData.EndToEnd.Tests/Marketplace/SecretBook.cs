using System.Collections.Concurrent;
using System.Text;
using Npgsql;

namespace TraderData.EndToEnd.Tests;

/// <summary>Every secret that a test used, to be looked for where none may stand.</summary>
internal sealed class SecretBook
{
    // A shorter text stands somewhere by chance.
    private const int LeastLength = 9;

    private readonly ConcurrentDictionary<string, string> _secrets = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _secrets.Count;

    /// <summary>Remembers a secret.</summary>
    /// <param name="what">What it is, for people: the secret itself is not told.</param>
    /// <param name="secret">The secret.</param>
    /// <returns>The secret.</returns>
    public string Add(string what, string secret)
    {
        Assert.True(secret.Length >= LeastLength, $"{what}: too short to be told apart");
        _secrets[secret] = what;
        return secret;
    }

    /// <summary>Remembers the lines of a PEM file.</summary>
    public void AddPem(string pem)
    {
        foreach (var line in pem.Split('\n').Where(line => line.Length >= LeastLength && !line.StartsWith('-')))
            Add("a line of the private key", line);
    }

    /// <summary>The first secret that stands in a text; null when none does.</summary>
    public string? FindIn(string text)
    {
        foreach (var (secret, what) in _secrets)
        {
            var at = text.IndexOf(secret, StringComparison.Ordinal);
            if (at >= 0)
                return $"{what}, behind '…{text[Math.Max(0, at - 150)..at]}'";
        }

        return null;
    }

    /// <summary>Looks into every file of a folder.</summary>
    /// <returns>How many bytes were looked at.</returns>
    public async Task<long> SearchFolderAsync(string folder, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var content = await File.ReadAllBytesAsync(file, cancellationToken);
            bytes += content.Length;
            var found = FindIn(Encoding.Latin1.GetString(content));
            Assert.True(found is null, $"{Path.GetRelativePath(folder, file)} has {found}");
        }

        return bytes;
    }

    /// <summary>Looks into every row of every table of a database.</summary>
    /// <returns>How many rows were looked at.</returns>
    public async Task<long> SearchDatabaseAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        var tables = await TextsAsync(
            connection,
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
            cancellationToken);
        var rows = 0L;
        foreach (var table in tables)
        {
            foreach (var row in await TextsAsync(connection, $"SELECT t::text FROM {table} t", cancellationToken))
            {
                rows++;
                var found = FindIn(row);
                Assert.True(found is null, $"{table} has {found}");
            }
        }

        return rows;
    }

    private static async Task<List<string>> TextsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            texts.Add(reader.GetString(0));
        return texts;
    }
}
