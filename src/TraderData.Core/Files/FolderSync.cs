using System.Runtime.InteropServices;

namespace TraderData.Core;

/// <summary>
/// Makes the names in a folder durable. A rename is in the folder's own data: without this a crash of the machine can bring the old name back.
/// .NET opens no folders, hence the C library. Windows writes folders through by itself.
/// </summary>
public static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Returns once every name in the folder is on the disk.</summary>
    /// <param name="folder">The path of the folder.</param>
    /// <exception cref="IOException">The folder cannot be opened, or the disk has failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"cannot open the folder {folder}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
        var failed = FSync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        // EINVAL: a file system that has no such thing for folders has nothing to wait for.
        if (failed && error != 22)
            throw new IOException($"cannot sync the folder {folder}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
