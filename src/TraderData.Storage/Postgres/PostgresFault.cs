using System.Net.Sockets;
using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Says what a fault of Postgres or of the way to it means to a caller of the store. One table maps the server's codes.</summary>
public static class PostgresFault
{
    /// <summary>True for what Npgsql throws when the server refuses or cannot be reached; a cancelled call is none.</summary>
    public static bool IsOne(Exception e) => e is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>The exception to throw for a fault: the store's, or that the caller cancelled.</summary>
    /// <param name="fault">What Npgsql threw.</param>
    /// <param name="doing">The database and what was being done, without a secret.</param>
    public static Exception Explain(Exception fault, string doing) => fault switch
    {
        PostgresException refusal => Explain(refusal, doing),
        // A COPY that is cancelled while its rows wait for the server breaks the connection, and says so instead of that it was cancelled.
        NpgsqlException { InnerException: OperationCanceledException cancelled } => new OperationCanceledException($"{doing}: cancelled", fault, cancelled.CancellationToken),
        _ => new StorageException(StorageErrorKind.Unavailable, $"{doing}: {fault.Message}", fault),
    };

    /// <summary>The store's exception for what the server refused.</summary>
    /// <param name="refusal">The server's answer.</param>
    /// <param name="doing">The database and what was being done, without a secret.</param>
    public static StorageException Explain(PostgresException refusal, string doing)
    {
        var hint = refusal.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn
            ? "; run 'trader-data db migrate'"
            : "";
        return new StorageException(KindOf(refusal.SqlState), $"{doing}: {refusal.MessageText} (SQLSTATE {refusal.SqlState}){hint}", refusal);
    }

    // By the appendix "PostgreSQL Error Codes" of the manual; a code that is not here is the server's final word.
    private static StorageErrorKind KindOf(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable => StorageErrorKind.Conflict,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => StorageErrorKind.Unavailable,
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.OutOfMemory => StorageErrorKind.Unavailable,
        // After a failover the old primary only reads.
        PostgresErrorCodes.ReadOnlySqlTransaction => StorageErrorKind.Unavailable,
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => StorageErrorKind.Damaged,
        _ => sqlState.StartsWith("08", StringComparison.Ordinal) ? StorageErrorKind.Unavailable : StorageErrorKind.Refused,
    };
}
