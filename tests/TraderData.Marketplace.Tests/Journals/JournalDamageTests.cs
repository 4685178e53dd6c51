using TraderData.Core;

namespace TraderData.Marketplace.Tests;

/// <summary>A journal that was cut off, or in which a byte changed.</summary>
public sealed class JournalDamageTests : IAsyncDisposable
{
    private readonly JournalOnTest _place = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task File_cut_at_every_byte_has_every_whole_line_and_takes_more()
    {
        var (bytes, ends) = await WriteAsync();
        for (var length = 0; length <= bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(_place.FilePath, bytes[..length], Cancellation);
            var lines = ends.Count(end => end <= length);
            await AssertHoldsAsync(Math.Max(0, lines - 1), $"cut at byte {length} of {bytes.Length}");
            var store = _place.Open();
            var vendor = Samples.Vendor("new");
            Assert.True(await store.AddVendorAsync(vendor, Samples.Key(vendor), Cancellation));
            foreach (var held in new[] { store, _place.Open() })
                Assert.Equal(Math.Max(0, lines - 1) + 1, (await held.ListVendorsAsync(Cancellation)).Count);
        }
    }

    [Fact]
    public async Task Every_changed_byte_is_told_and_nothing_is_written_behind_it()
    {
        var (bytes, _) = await WriteAsync();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(_place.FilePath, changed, Cancellation);
            var store = _place.Open();
            var e = await Record.ExceptionAsync(() => store.ListVendorsAsync(Cancellation));
            Assert.True(e is StorageException { Kind: StorageErrorKind.Damaged }, $"byte {at} of {bytes.Length}, seed {seed}: {e}");
            Assert.Contains(_place.FilePath, e.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StorageException>(() => store.AddVendorAsync(Samples.Vendor("new"), Samples.Key(Samples.Vendor("new")), Cancellation));
            Assert.Equal(changed, await File.ReadAllBytesAsync(_place.FilePath, Cancellation));
        }
    }

    [Fact]
    public async Task What_a_killed_rewrite_left_is_written_over()
    {
        await WriteAsync();
        await File.WriteAllTextAsync($"{_place.FilePath}.new", "half", Cancellation);
        await AssertHoldsAsync(3, "beside half a new file");
        using var store = new JournalMarketplaceStore(_place.FilePath, leastDead: 0);
        for (var i = 0; i < 20; i++)
            await store.ChangeDeploymentAsync("dep_none", new DeploymentChange(), Samples.Now, Cancellation);
        Assert.True(await store.RevokeTokenAsync(Samples.Key(Samples.Vendor("0")).Id, Samples.Now, Cancellation));
        await AssertHoldsAsync(3, "behind a rewrite");
    }

    [Fact]
    public async Task File_that_is_written_again_stays_as_small_as_what_lives()
    {
        using var store = new JournalMarketplaceStore(_place.FilePath, leastDead: 50);
        using var reader = new JournalMarketplaceStore(_place.FilePath, leastDead: 50);
        var vendor = Samples.Vendor("a");
        await store.AddVendorAsync(vendor, Samples.Key(vendor), Cancellation);
        var deployment = Samples.Deployment(vendor);
        for (var i = 1; i <= 1_000; i++)
        {
            await store.SaveHeartbeatAsync(Samples.Heartbeat(deployment, i), Cancellation);
            if (i % 97 == 0)
                Assert.Equal($"hb_{i}", (await reader.FindHeartbeatAsync(deployment.Id, Cancellation))!.Id);
        }

        Assert.InRange(new FileInfo(_place.FilePath).Length, 1, 30_000);
        Assert.Equal("hb_1000", (await _place.Open().FindHeartbeatAsync(deployment.Id, Cancellation))!.Id);
        Assert.Equal([vendor], await reader.ListVendorsAsync(Cancellation));
    }

    [Fact]
    public async Task File_of_a_newer_program_is_refused()
    {
        await WriteAsync();
        var line = JournalLine.Of("""[{"t":"planet","k":"earth","v":{}}]"""u8);
        await using (var file = File.Open(_place.FilePath, FileMode.Append))
            await file.WriteAsync(line, Cancellation);
        var e = await Assert.ThrowsAsync<StorageException>(() => _place.Open().ListVendorsAsync(Cancellation));
        Assert.Contains("'planet'", e.Message, StringComparison.Ordinal);
    }

    // Three vendors, a line each behind the first line.
    private async Task<(byte[] Bytes, List<int> Ends)> WriteAsync()
    {
        var store = _place.Open();
        for (var i = 0; i < 3; i++)
        {
            var vendor = Samples.Vendor($"{i}");
            await store.AddVendorAsync(vendor, Samples.Key(vendor), Cancellation);
        }

        var bytes = await File.ReadAllBytesAsync(_place.FilePath, Cancellation);
        return (bytes, [.. bytes.Index().Where(b => b.Item == '\n').Select(b => b.Index + 1)]);
    }

    private async Task AssertHoldsAsync(int vendors, string when)
    {
        var held = await _place.Open().ListVendorsAsync(Cancellation);
        Assert.True(vendors == held.Count, $"{when}: {held.Count} vendors, not {vendors}");
        Assert.Equal(Enumerable.Range(0, vendors).Select(i => $"vnd_{i}"), held.Select(vendor => vendor.Id));
    }
}
