namespace TraderData.Storage;

/// <summary>What a blob may be called, so that the name is the same path in a folder and in a container, and stays within either.</summary>
internal static class BlobName
{
    /// <summary>Azure's own limit, in characters.</summary>
    public const int MaxLength = 1_024;

    /// <summary>Gives the name back when it is a good one.</summary>
    /// <exception cref="ArgumentException">
    /// It is empty or too long, absolute, ends with a slash, or has a part that is empty, begins with a dot (those are the folder's own), or holds a
    /// backslash, a colon or a control character.
    /// </exception>
    public static string Check(string name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxLength)
            throw new ArgumentException($"a blob's name must have 1 to {MaxLength} characters, was '{name}'");
        foreach (var part in name.Split('/'))
        {
            if (part.Length == 0 || part[0] == '.' || part.Any(c => c is '\\' or ':' || char.IsControl(c)))
                throw new ArgumentException($"a blob's name must be a relative path whose parts do not begin with a dot, was '{name}'");
        }

        return name;
    }

    /// <summary>Gives the folder back when it is empty or a good name with a slash behind.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string CheckFolder(string folder)
    {
        if (folder.Length == 0)
            return folder;
        if (folder[^1] != '/')
            throw new ArgumentException($"a folder must end with a slash, was '{folder}'");
        Check(folder[..^1]);
        return folder;
    }
}
