using System.Globalization;
using Npgsql;

namespace TraderData.Storage;

/// <summary>
/// Postgres' URL form of a connection, by the "Connection URIs" chapter of libpq's manual; one host only. Written out, because <see cref="Uri"/>
/// refuses or re-reads passwords that libpq takes.
/// </summary>
internal static class PostgresUrl
{
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    // libpq's names that are not Npgsql's when the underscores are taken out.
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["connect_timeout"] = "Timeout",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["application_name"] = "Application Name",
        ["channel_binding"] = "Channel Binding",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    /// <summary>True when the text starts as a URL of Postgres does.</summary>
    public static bool IsUrl(string text) => Array.Exists(Schemes, scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a URL.</summary>
    /// <exception cref="FormatException">It cannot be read. The message never holds a value of the text.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (address, query) = Cut(rest, rest.IndexOf('?', StringComparison.Ordinal));
        var at = address.LastIndexOf('@');
        var (user, hostAndPath) = at < 0 ? ("", address) : (address[..at], address[(at + 1)..]);
        var (host, database) = Cut(hostAndPath, hostAndPath.IndexOf('/', StringComparison.Ordinal));
        var builder = new NpgsqlConnectionStringBuilder();
        SetHost(builder, host);
        if (database.Length > 0)
            builder.Database = Decode(database, "database");
        var (name, password) = Cut(user, user.IndexOf(':', StringComparison.Ordinal));
        if (name.Length > 0)
            builder.Username = Decode(name, "user");
        if (password.Length > 0)
            builder.Password = Decode(password, "password");
        if (query.Contains('@', StringComparison.Ordinal))
            throw new FormatException("DATABASE_URL has an @ behind a ?; / ? @ and : in a password must be percent-encoded, and so must an @ in a parameter");
        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
            SetParameter(builder, parameter);
        return builder;
    }

    private static (string Before, string After) Cut(string text, int index) => index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);

    private static void SetHost(NpgsqlConnectionStringBuilder builder, string host)
    {
        // [::1]:5432 has colons of its own.
        var portAt = host.LastIndexOf(':');
        if (portAt < host.LastIndexOf(']'))
            portAt = -1;
        var (name, port) = Cut(host, portAt);
        builder.Host = Decode(name.Trim('[', ']'), "host");
        if (port.Length == 0)
            return;
        builder.Port = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException("DATABASE_URL has a port that is no number of 1 to 65535; / ? @ and : in a password must be percent-encoded");
    }

    private static void SetParameter(NpgsqlConnectionStringBuilder builder, string parameter)
    {
        var (name, value) = Cut(parameter, parameter.IndexOf('=', StringComparison.Ordinal));
        name = Decode(name, "parameter");
        value = Decode(value, name);
        // verify-full in libpq is VerifyFull in Npgsql; the same for the other values with a hyphen.
        if (name is "sslmode" or "target_session_attrs" or "channel_binding")
            value = value.Replace("-", "", StringComparison.Ordinal);
        if (!TrySet(builder, Names.GetValueOrDefault(name, name.Replace('_', ' ')), value))
            throw new FormatException($"DATABASE_URL has a parameter '{name}' that is not known, or has a value that it cannot take");
    }

    // What Npgsql throws may repeat the value: it goes no further.
    private static bool TrySet(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        try
        {
            builder[name] = value;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return false;
        }
    }

    private static string Decode(string text, string part)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                throw new FormatException($"DATABASE_URL has a % in its {part} that no two hexadecimal digits follow; write %25 for a percent sign");
        }

        return Uri.UnescapeDataString(text);
    }
}
