using Npgsql;

namespace TraderData.Storage;

/// <summary>A pool of connections to the database of the hot tier. Made once for a process and shared.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly string _name;

    /// <summary>Makes the pool; connects to nothing yet.</summary>
    public PostgresDatabase(PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _name = options.ToString();
        Connections = NpgsqlDataSource.Create(options.ConnectionString);
    }

    /// <summary>The pool, for those that bring their own SQL.</summary>
    public NpgsqlDataSource Connections { get; }

    /// <summary>Asks the server for nothing, to see whether it answers.</summary>
    /// <exception cref="Core.StorageException">It does not.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Connections.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{this}: ping");
        }
    }

    /// <summary><c>postgres://host:5432/database</c>.</summary>
    public override string ToString() => _name;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}
