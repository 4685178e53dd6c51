namespace TraderData.Exports;

/// <summary>
/// The hidden files that are written before they get their name: <c>.NAME.&lt;32 hexadecimal digits&gt;.part</c>. Its writer holds a lock on each as long as it
/// has that name, so that what nobody holds was left by a process that is dead.
/// </summary>
internal static class PartFiles
{
    private const string End = ".part";
    private const int IdLength = 32;

    /// <summary>Makes an empty file that is locked.</summary>
    public static (string Path, SyncedFileStream Stream) Create(string path)
    {
        // One who looks for dead files may meet it between its making and its locking, and then either has the lock or removes the name.
        const int attempts = 3;
        for (var attempt = 1; ; attempt++)
        {
            var part = Prefix(path) + Guid.NewGuid().ToString("N") + End;
            try
            {
                var stream = Open(part, FileMode.CreateNew);
                if (File.Exists(part) || attempt == attempts)
                    return (part, stream);
                stream.Dispose();
            }
            catch (IOException) when (attempt < attempts)
            {
            }
        }
    }

    /// <summary>Removes what dead writers of a file left. What cannot be looked at stays.</summary>
    public static void RemoveDead(string path)
    {
        var prefix = Prefix(path);
        foreach (var part in Directory.EnumerateFiles(Path.GetDirectoryName(prefix)!, "*" + End, new EnumerationOptions { AttributesToSkip = 0 }))
        {
            if (!part.StartsWith(prefix, StringComparison.Ordinal) || part.Length != prefix.Length + IdLength + End.Length)
                continue;
            try
            {
                using var stream = Open(part, FileMode.Open);
                File.Delete(part);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its writer is at work, or it is gone by now.
            }
        }
    }

    private static string Prefix(string path) => Path.Combine(Path.GetDirectoryName(path) ?? "/", $".{Path.GetFileName(path)}.");

    private static SyncedFileStream Open(string part, FileMode mode) => new(part, mode);
}
