using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Npgsql;

namespace TraderData.Testing;

/// <summary>
/// A real Postgres 18 on a free loopback port, for one test assembly: <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>. It starts when
/// the first database is asked for, and ends with this process, however that ends. It forgets on a crash (no fsync), which is what makes it quick, unless it is to be durable.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The superuser that every connection string names.</summary>
    public const string User = "postgres";

    // Another process may take the port between the moment it is found free and the moment Postgres binds it.
    private const int PortAttempts = 5;

    // Runs the server, and again as often as a file says so; it ends with the server in every other case.
    private const string Restartable = """
        again=$1; shift
        "$@"
        while [ -e "$again" ]; do rm "$again"; "$@"; done
        """;

    private static readonly TimeSpan RestartLimit = TimeSpan.FromMinutes(1);

    private readonly Lazy<Task<(ChildServer Server, string Folder, int Port)>> _running;
    private readonly string _password = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly bool _durable;
    private readonly bool _ofSystem;
    private int _databases;

    /// <summary>Makes a server that starts on first use.</summary>
    public PostgresServer()
        : this(durable: false)
    {
    }

    private PostgresServer(bool durable, bool ofSystem = false) => (_durable, _ofSystem, _running) = (durable, ofSystem, new(StartAsync));

    /// <summary>Makes a server of the Postgres that is installed on the machine, beside which there is a <c>pg_dump</c> of its version.</summary>
    public static PostgresServer OfSystem() => new(durable: false, ofSystem: true);

    /// <summary>Makes a server that waits for the disk on every commit, as servers do by default: for measurements.</summary>
    public static PostgresServer Durable() => new(durable: true);

    /// <summary>Makes a database of its own for a test or test class.</summary>
    /// <returns>Its connection string for Npgsql.</returns>
    /// <exception cref="TestServerException">The server cannot be started.</exception>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(await ConnectionStringAsync("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return await ConnectionStringAsync(name);
    }

    /// <summary>Stops the server, which breaks every connection off, and starts it again on the same port and data.</summary>
    /// <exception cref="TestServerException">It did not come back.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        var folder = (await _running.Value).Folder;
        var before = await ProcessIdAsync(folder, cancellationToken);
        await File.WriteAllTextAsync(AgainFile(folder), "", cancellationToken);
        var (exitCode, output) = await ToolProcess.RunAsync("kill", ["-INT", before], folder);
        if (exitCode != 0)
            throw new TestServerException($"Postgres, process {before}, could not be stopped; kill said:\n{output}");
        NpgsqlConnection.ClearAllPools();
        var began = Stopwatch.GetTimestamp();
        while (await ProcessIdAsync(folder, cancellationToken) == before || !await AnswersAsync(cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(began) > RestartLimit)
                throw new TestServerException($"Postgres was not back {RestartLimit.TotalSeconds} s after it was stopped; it said:\n{(await _running.Value).Server.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    /// <summary>A connection string as <c>DATABASE_URL</c> has it: <c>postgres://user:password@host:port/database</c>.</summary>
    public static string UrlOf(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"postgres://{Uri.EscapeDataString(parts.Username!)}:{Uri.EscapeDataString(parts.Password!)}@{parts.Host}:{parts.Port}/{Uri.EscapeDataString(parts.Database!)}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_running.IsValueCreated)
            return;
        NpgsqlConnection.ClearAllPools();
        if (_running.Value.IsCompletedSuccessfully)
            await (await _running.Value).Server.DisposeAsync();
    }

    private async Task<string> ConnectionStringAsync(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = (await _running.Value).Port,
        Username = User,
        Password = _password,
        Database = database,
        // Every test database has a pool of its own: idle connections must not add up to the server's limit.
        ConnectionIdleLifetime = 5,
        ConnectionPruningInterval = 2,
        Timeout = 30,
    }.ConnectionString;

    private static string AgainFile(string folder) => Path.Combine(folder, "again");

    private static string ProcessIdFile(string folder) => Path.Combine(folder, "data", "postmaster.pid");

    // Empty while there is no server.
    private static async Task<string> ProcessIdAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var lines = await File.ReadAllLinesAsync(ProcessIdFile(folder), cancellationToken);
            return lines.FirstOrDefault() ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(await ConnectionStringAsync("postgres")) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task<(ChildServer Server, string Folder, int Port)> StartAsync()
    {
        if (OperatingSystem.IsWindows())
            throw new TestServerException("tests start Postgres through a Unix shell: run them on Linux, macOS or WSL");
        for (var attempt = 1; ; attempt++)
        {
            var files = await PostgresFiles.CreateAsync(_password, _ofSystem);
            var port = FreePort();
            try
            {
                var (server, _) = await ChildServer.StartAsync(
                    files.Folder, "QUIT", ProcessIdFile(files.Folder), ServerCommand(files, port), "database system is ready to accept connections");
                return (server, files.Folder, port);
            }
            catch (TestServerException e) when (attempt < PortAttempts && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                await Console.Error.WriteLineAsync($"test Postgres: port {port} was taken, trying another");
            }
        }
    }

    [UnsupportedOSPlatform("windows")]
    private string[] ServerCommand(PostgresFiles files, int port) => ["sh", "-c", Restartable, "postgres", AgainFile(files.Folder), .. files.Command(
        "postgres",
        "-D", files.Data,
        "-p", port.ToString(CultureInfo.InvariantCulture),
        "-c", "listen_addresses=127.0.0.1",
        "-c", "unix_socket_directories=",
        "-c", "max_connections=200",
        "-c", "shared_buffers=128MB",
        "-c", "max_wal_size=4GB",
        "-c", _durable ? "fsync=on" : "fsync=off",
        "-c", _durable ? "synchronous_commit=on" : "synchronous_commit=off",
        "-c", _durable ? "full_page_writes=on" : "full_page_writes=off",
        "-c", "timezone=UTC")];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
