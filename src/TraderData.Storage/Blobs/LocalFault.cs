using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What the file system's faults mean to a caller, and what a person can do.</summary>
public static class LocalFault
{
    private const int TooManyOpenFiles = 24;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Runs work on files and turns its faults into <see cref="StorageException"/>.</summary>
    public static async Task<T> GuardAsync<T>(string path, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Translate(path, e);
        }
    }

    /// <summary>The exception to throw for a fault at a path.</summary>
    public static StorageException Translate(string path, Exception fault)
    {
        var (kind, remedy) = fault switch
        {
            UnauthorizedAccessException =>
                (StorageErrorKind.Refused, "give the user that runs trader-data the right to read and write it, or set another folder"),
            PathTooLongException =>
                (StorageErrorKind.Refused, "set a folder with a shorter path; a symbol takes up to 9 bytes a character in a file's name"),
            IOException { HResult: NoSpace or QuotaExceeded or WindowsDiskFull } =>
                (StorageErrorKind.Refused, "the disk or quota is full: make room, then run it again"),
            IOException { HResult: ReadOnlyFileSystem } =>
                (StorageErrorKind.Refused, "the file system is read-only: mount it for writing or set another folder"),
            IOException { HResult: TooManyOpenFiles } => (StorageErrorKind.Unavailable, "too many open files: raise the limit (ulimit -n)"),
            DirectoryNotFoundException => (StorageErrorKind.Refused, "the folder cannot be made there: set another one"),
            IOException when File.Exists(path) && fault.Message.Contains("already exists", StringComparison.Ordinal) =>
                (StorageErrorKind.Refused, "a file stands where a folder is needed: move it away or set another folder"),
            _ => (StorageErrorKind.Unavailable, "look at the disk, then run it again"),
        };
        return new StorageException(kind, $"{path}: {fault.Message} ({remedy})", fault);
    }

    /// <summary>True when a file is locked by somebody else.</summary>
    public static bool IsLocked(IOException fault) =>
        fault.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);
}
