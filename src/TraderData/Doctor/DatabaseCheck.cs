using System.Globalization;
using TraderData.Core;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary>Whether Postgres can be reached, has this program's schema, and lets the role do what it must.</summary>
internal static class DatabaseCheck
{
    public const string Name = "database";

    // Older versions get no fixes any more.
    private const int LeastVersion = 14;

    // A worker's pool, the scheduler's and an API's.
    private const int FewConnections = 20;

    public static async Task<IReadOnlyList<Finding>> RunAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        PostgresCheckup found;
        try
        {
            found = await PostgresCheckup.RunAsync(database, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            return [Finding.Failed(Name, e.Message, RemedyOf(PostgresCheckup.CodeOf(e)))];
        }

        IReadOnlyList<Finding> wrong = [.. Faults(database, found)];
        var text = string.Create(CultureInfo.InvariantCulture, $"{database} is Postgres {found.ServerVersion}, {found.Applied} migrations applied, role {found.User}");
        return wrong.Count > 0 ? wrong : [Finding.Ok(Name, text)];
    }

    private static IEnumerable<Finding> Faults(PostgresDatabase database, PostgresCheckup found)
    {
        if (found.ServerVersion.Major < LeastVersion)
            yield return Finding.Warning(Name, $"{database} is Postgres {found.ServerVersion}, which gets no fixes any more", $"upgrade it to {LeastVersion} or newer");
        if (found.Missing.Count > 0)
        {
            yield return Finding.Failed(Name, $"{database} lacks {string.Join(", ", found.Missing)}", found.CanCreate || found.Applied > 0
                ? "run 'trader-data db migrate'"
                : $"run 'trader-data db migrate' as the owner of the database, or GRANT CREATE ON DATABASE to {found.User} first");
        }

        if (found.Denied.Count > 0)
        {
            var rights = string.Join(", ", found.Denied);
            yield return Finding.Failed(Name, $"{database}: role {found.User} may not {rights} on market.ohlcv", $"GRANT {rights} ON ALL TABLES IN SCHEMA market TO {found.User}, or give DATABASE_URL another role");
        }

        if (!found.Notifies)
        {
            yield return Finding.Warning(
                Name, $"{database} tells no connection what another wrote: it is behind a pooler that shares sessions", "give DATABASE_URL a direct connection, or the pooler's session mode (Supabase: port 5432); until then reads are slower");
        }

        if (found.FreeConnections < FewConnections)
            yield return Finding.Warning(Name, $"{database} takes only {found.FreeConnections} connections more", "raise max_connections of the server, or end what holds them");
    }

    // The codes of PostgreSQL's appendix "Error Codes".
    private static string RemedyOf(string? code) => code switch
    {
        "28P01" or "28000" => "set the right user and password in DATABASE_URL",
        "3D000" => "make the database (CREATE DATABASE), or name another one in DATABASE_URL",
        "53300" => "the server has no connection left: raise max_connections, or end what holds them",
        "42501" => "give the role the rights that are named, or give DATABASE_URL another role",
        _ => "look at host and port in DATABASE_URL, whether the server runs there, and whether a firewall is in between",
    };
}
