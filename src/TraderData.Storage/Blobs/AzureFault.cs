using System.Net.Sockets;
using Azure;
using Azure.Storage.Blobs.Models;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// What the faults of Azure Blob Storage mean to a caller. The SDK's own exceptions are not passed on: their text can hold addresses with signatures.
/// </summary>
internal static class AzureFault
{
    /// <summary>True for a fault of the service or of the way to it.</summary>
    public static bool IsOne(Exception fault) =>
        fault is RequestFailedException or HttpRequestException or IOException or SocketException
        // What came of several tries. One that took too long is in it as cancelled; the caller's own cancelling is never in one.
        || (fault is AggregateException all && all.InnerExceptions.All(e => e is OperationCanceledException || IsOne(e)));

    /// <summary>True when another writer has changed the blob first.</summary>
    public static bool IsConflict(RequestFailedException fault) =>
        fault.Status == 412
        || fault.ErrorCode == BlobErrorCode.BlobAlreadyExists
        // The commit of another writer clears away blocks that were staged before it.
        || fault.ErrorCode == BlobErrorCode.InvalidBlockList;

    /// <summary>The exception to throw for a fault.</summary>
    public static StorageException Translate(string where, Exception fault)
    {
        if (fault is AggregateException all)
            return Translate(where, all.InnerExceptions[^1]);
        if (fault is not RequestFailedException { Status: not 0 } answer)
        {
            return new StorageException(
                StorageErrorKind.Unavailable, $"{where}: the storage account does not answer ({fault.GetType().Name}; look at the network, then run it again)");
        }

        var (kind, remedy) = answer.Status switch
        {
            401 or 403 => (StorageErrorKind.Refused, "the account's key or signature does not allow it: look at AZURE_STORAGE_CONNECTION_STRING"),
            404 => (StorageErrorKind.Refused, "the account, container or blob is not there"),
            408 or 429 or >= 500 => (StorageErrorKind.Unavailable, "run it again"),
            _ when IsConflict(answer) || answer.Status == 409 => (StorageErrorKind.Conflict, "run it again"),
            _ => (StorageErrorKind.Refused, "the service refuses the request"),
        };
        return new StorageException(kind, $"{where}: {answer.Status} {answer.ErrorCode} ({remedy})");
    }
}
