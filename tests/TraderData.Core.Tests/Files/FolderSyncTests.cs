namespace TraderData.Core.Tests;

public sealed class FolderSyncTests
{
    [Fact]
    public void Flush_of_a_folder_returns_and_of_none_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("sync-").FullName;
        FolderSync.Flush(folder);
        Directory.Delete(folder);

        var refusal = Assert.Throws<IOException>(() => FolderSync.Flush(folder));

        Assert.Contains(folder, refusal.Message, StringComparison.Ordinal);
    }
}
