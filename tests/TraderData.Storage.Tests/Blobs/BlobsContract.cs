using System.Text;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>What every <see cref="IBlobs"/> promises.</summary>
public abstract class BlobsContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract Task<IBlobs> CreateAsync();

    [Fact]
    public async Task Blobs_of_an_empty_place_are_none()
    {
        var blobs = await CreateAsync();

        Assert.Empty(await blobs.ListAsync("", Cancellation));
        Assert.Empty(await blobs.ListAsync("a/b/", Cancellation));
        Assert.Empty(await blobs.ListFoldersAsync("", Cancellation));
        Assert.Null(await blobs.ReadAsync("a/b.txt", Cancellation));
        Assert.Null(await blobs.ReadTailAsync(new BlobEntry("a/b.txt", 10, "0x1"), 5, Cancellation));
        await blobs.DeleteAsync("a/b.txt", Cancellation);
    }

    [Fact]
    public async Task Update_makes_changes_and_leaves_a_blob_with_a_new_version_each_time()
    {
        var blobs = await CreateAsync();

        var first = await UpdateAsync(blobs, "a/b.txt", "one");
        var second = await UpdateAsync(blobs, "a/b.txt", "two");
        var left = await blobs.UpdateAsync("a/b.txt", present => Text(present) == "two" ? null : throw new InvalidOperationException(Text(present)), Cancellation);
        var content = await blobs.ReadAsync("a/b.txt", Cancellation);

        Assert.NotEqual(first, second);
        Assert.Equal(second, left);
        Assert.Equal(("two", second), (Text(content), content!.Version));
        Assert.Equal([new BlobEntry("a/b.txt", 3, second!)], await blobs.ListAsync("a/", Cancellation));
        Assert.Null(await blobs.UpdateAsync("a/none.txt", _ => null, Cancellation));
    }

    [Fact]
    public async Task Update_by_many_at_once_loses_none()
    {
        var blobs = await CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 3; i++)
                await blobs.UpdateAsync("count.txt", present => Encoding.UTF8.GetBytes($"{Text(present)}{writer}"), Cancellation);
        })));

        Assert.Equal("000111222333444555", string.Concat(Text(await blobs.ReadAsync("count.txt", Cancellation))!.Order()));
    }

    [Fact]
    public async Task Update_whose_change_fails_leaves_the_blob_as_it_was()
    {
        var blobs = await CreateAsync();
        var version = await UpdateAsync(blobs, "a.txt", "kept");

        await Assert.ThrowsAsync<InvalidOperationException>(() => blobs.UpdateAsync("a.txt", _ => throw new InvalidOperationException("no"), Cancellation));

        Assert.Equal(version, (await blobs.ReadAsync("a.txt", Cancellation))!.Version);
        Assert.NotEqual(version, await UpdateAsync(blobs, "a.txt", "then"));
    }

    [Fact]
    public async Task List_gives_a_folder_in_ordinal_order_of_names()
    {
        var blobs = await CreateAsync();
        string[] names = ["x/B.txt", "x/a.txt", "x/y/symbol=BTC%2FUSD/1.txt", "x/y=1/2.txt", "x-1.txt", "xx/a.txt"];
        foreach (var name in names)
            await UpdateAsync(blobs, name, name);

        Assert.Equal(["x/B.txt", "x/a.txt", "x/y/symbol=BTC%2FUSD/1.txt", "x/y=1/2.txt"], (await blobs.ListAsync("x/", Cancellation)).Select(b => b.Name));
        Assert.Equal(["x/y/", "x/y=1/"], await blobs.ListFoldersAsync("x/", Cancellation));
        Assert.Equal(["x/", "xx/"], await blobs.ListFoldersAsync("", Cancellation));
        Assert.Equal("x/y/symbol=BTC%2FUSD/1.txt", Text(await blobs.ReadAsync("x/y/symbol=BTC%2FUSD/1.txt", Cancellation)));
    }

    [Fact]
    public async Task ReadTail_gives_the_end_of_the_version_that_was_listed()
    {
        var blobs = await CreateAsync();
        await UpdateAsync(blobs, "a.txt", "0123456789");
        var blob = Assert.Single(await blobs.ListAsync("", Cancellation));

        Assert.Equal("789", Encoding.UTF8.GetString((await blobs.ReadTailAsync(blob, 3, Cancellation))!.Value.Span));
        Assert.Equal("0123456789", Encoding.UTF8.GetString((await blobs.ReadTailAsync(blob, 100, Cancellation))!.Value.Span));
        await UpdateAsync(blobs, "a.txt", "9876543210");
        Assert.Null(await blobs.ReadTailAsync(blob, 3, Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((4 << 20) - 1)]
    [InlineData(9 << 20)]
    public async Task Write_of_any_length_is_read_back(int length)
    {
        var blobs = await CreateAsync();
        var content = new byte[length];
        new Random(length).NextBytes(content);

        await blobs.WriteAsync("exports/x.csv", false, async (stream, token) =>
        {
            stream.Write(content.AsSpan(0, length / 2));
            await stream.WriteAsync(content.AsMemory(length / 2), token);
        }, Cancellation);

        var read = await blobs.ReadAsync("exports/x.csv", Cancellation);
        Assert.True(read!.Bytes.Span.SequenceEqual(content));
        Assert.Equal(length, Assert.Single(await blobs.ListAsync("", Cancellation)).Length);
    }

    [Fact]
    public async Task OpenRead_gives_any_range_of_a_blob_and_never_two_versions()
    {
        var blobs = await CreateAsync();
        await UpdateAsync(blobs, "a.txt", "0123456789");

        Assert.Null(await blobs.OpenReadAsync("none.txt", Cancellation));
        await using var stream = await blobs.OpenReadAsync("a.txt", Cancellation);
        Assert.Equal((10L, true), (stream!.Length, stream.CanSeek));
        Assert.Equal("012", await ReadAsync(stream, 0, 3));
        Assert.Equal("345", await ReadAsync(stream, 3, 3));
        Assert.Equal("89", await ReadAsync(stream, 8, 2));
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));
        await UpdateAsync(blobs, "a.txt", "abcdefghij");
        var later = await Record.ExceptionAsync(async () => Assert.Equal("0123", await ReadAsync(stream, 0, 4)));
        Assert.True(later is null or StorageException, $"{later}");
    }

    [Fact]
    public async Task Change_sees_what_is_there_and_replaces_it_in_one_step()
    {
        IFileStore files = await CreateAsync();

        await Task.WhenAll(Enumerable.Range(1, 6).Select(
            writer => Task.Run(() => files.ChangeAsync("n.txt", present => [.. present is { } known ? known.Span : [], (byte)writer], Cancellation))));
        await files.ChangeAsync("n.txt", _ => null, Cancellation);

        await using var stream = await files.OpenReadAsync("n.txt", Cancellation);
        Assert.Equal(6, stream!.Length);
    }

    [Fact]
    public async Task Write_that_fails_or_is_cancelled_leaves_nothing()
    {
        var blobs = await CreateAsync();
        await UpdateAsync(blobs, "old.txt", "old");

        await Assert.ThrowsAsync<InvalidOperationException>(() => blobs.WriteAsync("new.txt", false, (stream, _) => FailAfterBytes(stream, new InvalidOperationException()), Cancellation));
        await Assert.ThrowsAsync<OperationCanceledException>(() => blobs.WriteAsync("old.txt", true, (stream, _) => FailAfterBytes(stream, new OperationCanceledException()), Cancellation));

        Assert.Equal("old.txt", Assert.Single(await blobs.ListAsync("", Cancellation)).Name);
        Assert.Equal("old", Text(await blobs.ReadAsync("old.txt", Cancellation)));
    }

    [Fact]
    public async Task Write_over_a_file_is_refused_unless_it_may()
    {
        var blobs = await CreateAsync();
        await WriteAsync(blobs, "a.txt", "first", overwrite: false);

        var refusal = await Assert.ThrowsAsync<StorageException>(() => WriteAsync(blobs, "a.txt", "second", overwrite: false));
        Assert.Equal(StorageErrorKind.Refused, refusal.Kind);
        Assert.Contains("a.txt", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("first", Text(await blobs.ReadAsync("a.txt", Cancellation)));

        await WriteAsync(blobs, "a.txt", "third", overwrite: true);
        Assert.Equal("third", Text(await blobs.ReadAsync("a.txt", Cancellation)));
    }

    [Fact]
    public async Task Delete_removes_a_blob()
    {
        var blobs = await CreateAsync();
        await UpdateAsync(blobs, "a/b.txt", "x");

        await blobs.DeleteAsync("a/b.txt", Cancellation);
        await blobs.DeleteAsync("a/b.txt", Cancellation);

        Assert.Null(await blobs.ReadAsync("a/b.txt", Cancellation));
        Assert.Empty(await blobs.ListAsync("", Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".trader-data/lock")]
    [InlineData("a/.hidden")]
    [InlineData("a\\b")]
    [InlineData("C:x")]
    [InlineData("a\nb")]
    public async Task Name_that_leaves_the_place_is_refused(string name)
    {
        var blobs = await CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => blobs.ReadAsync(name, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => UpdateAsync(blobs, name, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(blobs, name, "x", overwrite: true));
        await Assert.ThrowsAsync<ArgumentException>(() => blobs.DeleteAsync(name, Cancellation));
    }

    private protected static Task<string?> UpdateAsync(IBlobs blobs, string name, string text) =>
        blobs.UpdateAsync(name, _ => Encoding.UTF8.GetBytes(text), Cancellation);

    private protected static string? Text(BlobContent? content) => content is null ? null : Encoding.UTF8.GetString(content.Bytes.Span);

    private static Task WriteAsync(IBlobs blobs, string name, string text, bool overwrite) =>
        blobs.WriteAsync(name, overwrite, async (stream, token) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), token), Cancellation);

    private static async Task FailAfterBytes(Stream stream, Exception failure)
    {
        await stream.WriteAsync(new byte[100_000]);
        throw failure;
    }

    private static async Task<string> ReadAsync(Stream stream, long offset, int count)
    {
        var bytes = new byte[count];
        stream.Position = offset;
        await stream.ReadExactlyAsync(bytes, Cancellation);
        return Encoding.UTF8.GetString(bytes);
    }
}
