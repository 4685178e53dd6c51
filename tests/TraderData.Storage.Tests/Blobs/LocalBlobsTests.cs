using System.Text;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>What is particular to a folder: leftovers, locks, the file system's faults.</summary>
public sealed class LocalBlobsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Temporary => Path.Combine(_folder.Path, ".trader-data", "tmp");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Leftovers_of_a_killed_process_are_removed_by_the_next_writer()
    {
        Directory.CreateDirectory(Temporary);
        File.WriteAllText(Path.Combine(Temporary, "0123456789abcdef"), "half");
        using var blobs = new LocalBlobs(_folder.Path);

        Assert.Empty(await blobs.ListAsync("", Cancellation));
        await blobs.UpdateAsync("a.txt", _ => "x"u8.ToArray(), Cancellation);

        Assert.Empty(Directory.GetFiles(Temporary));
    }

    [Fact]
    public async Task Write_in_progress_holds_its_name_and_leaves_others_free()
    {
        using var first = new LocalBlobs(_folder.Path);
        using var second = new LocalBlobs(_folder.Path);
        var started = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var writing = first.WriteAsync("exports/a.csv", false, async (stream, token) =>
        {
            await stream.WriteAsync("from first"u8.ToArray(), token);
            started.SetResult();
            await go.Task;
        }, Cancellation);
        await started.Task;

        var refusal = await Assert.ThrowsAsync<StorageException>(() => second.WriteAsync("exports/a.csv", true, (_, _) => Task.CompletedTask, Cancellation));
        await second.UpdateAsync("b.txt", _ => "x"u8.ToArray(), Cancellation);
        go.SetResult();
        await writing;

        Assert.Equal(StorageErrorKind.Conflict, refusal.Kind);
        Assert.Equal("from first", Encoding.UTF8.GetString((await second.ReadAsync("exports/a.csv", Cancellation))!.Bytes.Span));
        Assert.Empty(Directory.GetFiles(Temporary));
    }

    [Fact]
    public async Task Update_waiting_for_another_process_can_be_cancelled()
    {
        using var blobs = new LocalBlobs(_folder.Path);
        Directory.CreateDirectory(Temporary);
        await using var held = new FileStream(Path.Combine(_folder.Path, ".trader-data", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var cancellation = new CancellationTokenSource();

        var waiting = blobs.UpdateAsync("a.txt", _ => [1], cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await held.DisposeAsync();
        Assert.NotNull(await blobs.UpdateAsync("a.txt", _ => [1], Cancellation));
    }

    [Fact]
    public async Task Versions_differ_however_fast_and_alike_the_writes_are()
    {
        using var blobs = new LocalBlobs(_folder.Path);
        var versions = new List<string?>();
        for (var i = 0; i < 50; i++)
            versions.Add(await blobs.UpdateAsync("a.txt", _ => "same"u8.ToArray(), Cancellation));

        Assert.Distinct(versions);
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "a.txt"), new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var early = (await blobs.ReadAsync("a.txt", Cancellation))!.Version;
        Assert.NotEqual(early, await blobs.UpdateAsync("a.txt", _ => "same"u8.ToArray(), Cancellation));
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_refused_with_path_and_remedy()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "x");
        using var blobs = new LocalBlobs(Path.Combine(file, "data"));

        var refusal = await Assert.ThrowsAsync<StorageException>(() => blobs.UpdateAsync("a.txt", _ => [1], Cancellation));

        Assert.Equal(StorageErrorKind.Refused, refusal.Kind);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("set another", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Symbol_too_long_for_a_file_name_is_refused_with_the_reason()
    {
        using var blobs = new LocalBlobs(_folder.Path);

        var refusal = await Assert.ThrowsAsync<StorageException>(() => blobs.UpdateAsync($"symbols/{SymbolText.Encode(new string('币', 40))}.json", _ => [1], Cancellation));

        Assert.Equal(StorageErrorKind.Refused, refusal.Kind);
        Assert.Empty(Directory.GetFiles(Temporary));
        Assert.Null(await LakeStores.On(blobs).SourceOfAsync(new string('币', 40), Cancellation));
        Assert.Null(await LakeStores.On(blobs).FindAsync(new Series("binance", new string('币', 40), Timeframe.M1), Cancellation));
    }

    [Theory]
    [InlineData(28, "full")]
    [InlineData(122, "quota")]
    [InlineData(30, "read-only")]
    public void Fault_that_a_person_must_mend_is_refused_with_path_and_remedy(int error, string remedy)
    {
        var refusal = LocalFault.Translate("/data/x", new IOException("no", error));

        Assert.Equal(StorageErrorKind.Refused, refusal.Kind);
        Assert.StartsWith("/data/x: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(StorageErrorKind.Refused, LocalFault.Translate("/data/x", new UnauthorizedAccessException("no")).Kind);
        Assert.Equal(StorageErrorKind.Unavailable, LocalFault.Translate("/data/x", new IOException("bad sector", 5)).Kind);
    }
}
