using System.Globalization;
using Npgsql;

namespace TraderData.Storage;

/// <summary>Which database the hot tier is in, and how it is used. Prints without its password.</summary>
public sealed class PostgresOptions
{
    private readonly NpgsqlConnectionStringBuilder _builder;

    private PostgresOptions(NpgsqlConnectionStringBuilder builder) => _builder = builder;

    /// <summary>
    /// Adds the index <c>ohlcv_lookup (symbol, timeframe, bar_ts DESC)</c> when migrating. Off by default: the primary key read backwards does the
    /// same work, and the index halves the speed of COPY. Turning it off later does not drop the index.
    /// </summary>
    public bool LookupIndex { get; init; }

    /// <summary>Npgsql's connection string. It holds the password: never to be logged.</summary>
    public string ConnectionString => _builder.ConnectionString;

    /// <summary>
    /// Reads what <c>DATABASE_URL</c> holds: a URL (<c>postgres://user:password@host:5432/database?sslmode=require</c>, its parts
    /// percent-encoded) or a connection string of Npgsql (<c>Host=…;Username=…</c>).
    /// </summary>
    /// <param name="text">The URL or connection string.</param>
    /// <param name="lookupIndex">See <see cref="LookupIndex"/>.</param>
    /// <exception cref="FormatException">It is neither. The message never holds a value of the text.</exception>
    public static PostgresOptions Parse(string text, bool lookupIndex = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var builder = PostgresUrl.IsUrl(text) ? PostgresUrl.Parse(text)
            : TryParse(text) ?? throw new FormatException("DATABASE_URL is neither a postgres:// URL nor a connection string of Npgsql (Host=…;Username=…;Database=…)");
        if (string.IsNullOrEmpty(builder.Host))
            throw new FormatException("DATABASE_URL names no host; expected postgres://user:password@host:port/database or Host=…;Username=…;Database=…");
        builder.ApplicationName ??= "trader-data";
        // A block of bars comes in one row a message: with the default of 8 KiB the socket is read 10 times as often.
        builder.ReadBufferSize = Math.Max(builder.ReadBufferSize, 64 * 1_024);
        return new PostgresOptions(builder) { LookupIndex = lookupIndex };
    }

    /// <summary><c>postgres://host:5432/database</c>: for messages and logs.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"postgres://{_builder.Host}:{_builder.Port}/{_builder.Database}");

    // What Npgsql throws may repeat the text, and with it the password: it goes no further.
    private static NpgsqlConnectionStringBuilder? TryParse(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return null;
        }
    }
}
