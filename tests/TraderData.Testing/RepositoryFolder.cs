namespace TraderData.Testing;

/// <summary>The checkout that the running tests were built from.</summary>
public static class RepositoryFolder
{
    /// <summary>The folder of <c>TraderData.sln</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TraderData.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no folder with TraderData.sln above {AppContext.BaseDirectory}");
    }
}
