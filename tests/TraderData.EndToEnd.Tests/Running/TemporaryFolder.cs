namespace TraderData.EndToEnd.Tests;

/// <summary>A folder for one test, removed with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder's path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("trader-data-e2e-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
