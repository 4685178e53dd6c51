using System.Text;
using TraderData.Core;

namespace TraderData.Rounds.Tests;

/// <summary>What making, publishing and retiring rounds promises on every file store.</summary>
public abstract class PublishContract : IAsyncDisposable
{
    private readonly PemSigner _signer = SignedRound.NewSigner(out _);
    private readonly StoppedClock _clock = new("2025-06-01T00:00:00Z");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static HeldBars Bars => new HeldBars().With(Made.Btc, Made.Walk(1, 400));

    private protected abstract Task<IFileStore> FilesAsync();

    public virtual ValueTask DisposeAsync()
    {
        _signer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_round_goes_from_draft_to_current_to_retired()
    {
        var (desk, rounds, _) = await OpenAsync();
        var spec = Spec();

        var draft = await desk.CreateAsync(spec, null, Cancellation);
        Assert.Equal((RoundState.Draft, 0), (draft.State, (await rounds.OfferedAsync(Cancellation)).Count));
        Assert.Null(await rounds.FindAsync(draft.RoundId, Cancellation));
        Assert.Null(await rounds.OpenAsync(draft.RoundId, "train.csv", Cancellation));

        var published = await desk.PublishAsync(draft.RoundId, makeCurrent: true, null, Cancellation);
        Assert.Equal(draft with { State = RoundState.Published, PublishedMs = Now(), Files = [] }, published with { Files = [] });
        Assert.Equal(draft.RoundId, (await rounds.FindAsync("current", Cancellation))?.RoundId);

        var other = await desk.CreateAsync(Spec("other"), null, Cancellation);
        _clock.Now = _clock.Now.AddHours(1);
        await desk.PublishAsync(other.RoundId, makeCurrent: false, null, Cancellation);
        Assert.Equal(draft.RoundId, (await rounds.FindAsync("current", Cancellation))?.RoundId);
        Assert.Equal([other.RoundId, draft.RoundId], (await rounds.OfferedAsync(Cancellation)).Select(r => r.RoundId));

        await desk.PublishAsync(other.RoundId, makeCurrent: true, null, Cancellation);
        await desk.RetireAsync(draft.RoundId, evenCurrent: false, Cancellation);
        Assert.Equal((other.RoundId, 1), ((await rounds.FindAsync("current", Cancellation))?.RoundId, (await rounds.OfferedAsync(Cancellation)).Count));
        Assert.Null(await rounds.OpenAsync(draft.RoundId, "train.csv", Cancellation));
    }

    [Fact]
    public async Task A_published_round_does_not_change_any_more()
    {
        var (desk, rounds, _) = await OpenAsync();
        var round = await desk.CreateAsync(Spec(), null, Cancellation);
        Assert.Equal(round.RoundId, (await desk.CreateAsync(Spec(), null, Cancellation)).RoundId);
        await desk.PublishAsync(round.RoundId, makeCurrent: true, null, Cancellation);

        Assert.Contains("does not change any more", (await Assert.ThrowsAsync<RoundStateException>(() => desk.CreateAsync(Spec(), null, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("is the current one", (await Assert.ThrowsAsync<RoundStateException>(() => desk.RetireAsync(round.RoundId, evenCurrent: false, Cancellation))).Message, StringComparison.Ordinal);
        await desk.RetireAsync(round.RoundId, evenCurrent: true, Cancellation);
        Assert.Null(await rounds.FindAsync("current", Cancellation));
        Assert.Contains("is retired", (await Assert.ThrowsAsync<RoundStateException>(() => desk.PublishAsync(round.RoundId, true, null, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("there is no round 'nope'", (await Assert.ThrowsAsync<RoundStateException>(() => desk.PublishAsync("nope", true, null, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_round_that_expires_is_offered_no_more_and_cannot_be_published()
    {
        var (desk, rounds, _) = await OpenAsync();
        var round = await desk.CreateAsync(Spec() with { ExpiresMs = Made.Ms("2025-06-02") }, null, Cancellation);
        var late = await desk.CreateAsync(Spec("late") with { ExpiresMs = Made.Ms("2025-06-02") }, null, Cancellation);
        await desk.PublishAsync(round.RoundId, makeCurrent: true, null, Cancellation);
        Assert.NotNull(await rounds.FindAsync("current", Cancellation));

        _clock.Now = _clock.Now.AddDays(1);

        Assert.Null(await rounds.FindAsync("current", Cancellation));
        Assert.Null(await rounds.OpenAsync(round.RoundId, "train.csv", Cancellation));
        Assert.Empty(await rounds.OfferedAsync(Cancellation));
        Assert.Contains("expired at 2025-06-02T00:00:00Z", (await Assert.ThrowsAsync<RoundStateException>(() => desk.PublishAsync(late.RoundId, true, null, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_read_in_any_range_and_nothing_but_the_rounds_files_is_opened()
    {
        var (desk, rounds, files) = await OpenAsync();
        var round = await desk.CreateAsync(Spec(), null, Cancellation);
        await desk.PublishAsync(round.RoundId, makeCurrent: true, null, Cancellation);

        var opened = await rounds.OpenAsync(round.RoundId, "test.csv", Cancellation);
        await using var content = opened!.Content;
        var bytes = new byte[14];
        content.Position = 7;
        await content.ReadExactlyAsync(bytes, Cancellation);
        Assert.Equal(("symbol,timefra", round.Files.Single(f => f.Name == "test.csv").Bytes), (Encoding.UTF8.GetString(bytes), content.Length));
        Assert.Equal(content.Length, opened.File.Bytes);

        await files.WriteAsync($"rounds/{round.RoundId}/other.txt", false, (_, _) => Task.CompletedTask, Cancellation);
        foreach (var name in new[] { "other.txt", "../index.json", "../../rounds/index.json", "", "TEST.CSV", "." })
            Assert.Null(await rounds.OpenAsync(round.RoundId, name, Cancellation));
    }

    [Fact]
    public async Task A_round_is_published_only_with_every_byte_as_it_was_signed()
    {
        var (desk, rounds, files) = await OpenAsync();
        var round = await desk.CreateAsync(Spec(), null, Cancellation);
        var other = round.Files.Single(f => f.Name == "test.csv");
        await files.ChangeAsync($"rounds/{round.RoundId}/test.csv", present => [.. present!.Value.Span[..^1], (byte)'!'], Cancellation);

        var e = await Assert.ThrowsAsync<RoundStateException>(() => desk.PublishAsync(round.RoundId, true, null, Cancellation));

        Assert.StartsWith($"round {round.RoundId} is not sound: test.csv: its SHA-256 is", e.Message, StringComparison.Ordinal);
        Assert.Equal(RoundState.Draft, (await rounds.IndexAsync(Cancellation)).Find(round.RoundId)?.State);
        await desk.CreateAsync(Spec(), null, Cancellation);
        Assert.Equal(other, (await desk.PublishAsync(round.RoundId, true, null, Cancellation)).Files.Single(f => f.Name == "test.csv"));
    }

    [Fact]
    public async Task Without_a_key_a_round_is_built_and_with_one_published()
    {
        var (desk, rounds, files) = await OpenAsync();
        var keyless = new RoundDesk(new RoundBuilder(Bars, files, Bars) { CodeVersion = "test" }, files, rounds, signer: null);
        var round = await keyless.CreateAsync(Spec(), null, Cancellation);

        var e = await Assert.ThrowsAsync<RoundStateException>(() => keyless.PublishAsync(round.RoundId, true, null, Cancellation));
        Assert.Contains("set ROUND_SIGNING_KEY", e.Message, StringComparison.Ordinal);

        Assert.Equal(RoundState.Published, (await desk.PublishAsync(round.RoundId, true, null, Cancellation)).State);
        Assert.Equal((await _signer.KeyAsync(Cancellation)).Kid, Assert.Single((await rounds.KeysAsync(Cancellation)).Keys).Kid);
    }

    [Fact]
    public async Task A_new_key_stands_beside_the_old_one_and_a_pulled_round_verifies()
    {
        var (desk, rounds, files) = await OpenAsync();
        var round = await desk.CreateAsync(Spec(), null, Cancellation);
        await desk.PublishAsync(round.RoundId, true, null, Cancellation);
        using var next = SignedRound.NewSigner(out var key);
        var rotated = new RoundDesk(new RoundBuilder(Bars, files, Bars) { CodeVersion = "test" }, files, rounds, next);
        var second = await rotated.CreateAsync(Spec("second"), null, Cancellation);
        await rotated.PublishAsync(second.RoundId, true, null, Cancellation);
        var keys = await rounds.KeysAsync(Cancellation);
        Assert.Equal((2, key.Kid), (keys.Keys.Count, keys.Keys[1].Kid));

        foreach (var entry in await rounds.OfferedAsync(Cancellation))
        {
            using var folder = new TestFolder();
            // A part of an earlier try, and a file that is not right.
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "train.csv"), "half", Cancellation);
            await RoundPull.RunAsync(rounds, entry, folder.Path, null, Cancellation);
            await RoundPull.RunAsync(rounds, entry, folder.Path, null, Cancellation);
            var verified = await RoundVerifier.VerifyAsync(folder.Path, keys, null, Cancellation);
            Assert.True(verified.IsSound, $"{verified.Fault}");
        }
    }

    [Fact]
    public async Task Many_who_publish_at_once_lose_no_round_and_leave_one_current()
    {
        var (desk, rounds, files) = await OpenAsync();
        var names = Enumerable.Range(0, 5).Select(i => $"n{i}").ToArray();
        var ids = new List<string>();
        foreach (var name in names)
            ids.Add((await desk.CreateAsync(Spec(name), null, Cancellation)).RoundId);

        await Task.WhenAll(ids.Select(id => Task.Run(async () =>
            await new RoundDesk(new RoundBuilder(Bars, files, Bars), files, new RoundShelf(files, _clock), _signer).PublishAsync(id, true, null, Cancellation))));

        var index = await new RoundShelf(files, _clock).IndexAsync(Cancellation);
        Assert.All(index.Rounds, r => Assert.Equal(RoundState.Published, r.State));
        Assert.Equal(ids, index.Rounds.Select(r => r.RoundId));
        Assert.Contains(index.Current, ids);
    }

    [Fact]
    public async Task An_index_that_cannot_be_read_is_told_and_not_written_over()
    {
        var (desk, _, files) = await OpenAsync();
        foreach (var damage in new[] { "{", "[]", "{\"form\":2,\"rounds\":[]}", "{\"form\":1,\"rounds\":[{\"round_id\":7}]}", "{\"form\":1}" })
        {
            await files.ChangeAsync(RoundIndex.FileName, _ => Encoding.UTF8.GetBytes(damage), Cancellation);

            var e = await Assert.ThrowsAsync<StorageException>(() => desk.CreateAsync(Spec(), null, Cancellation));

            Assert.Equal(StorageErrorKind.Damaged, e.Kind);
        }
    }

    private static RoundSpec Spec(string name = "hours") => Made.Spec(more: ", \"features\": [\"log_return\"]") with { Name = name };

    private long Now() => _clock.Now.ToUnixTimeMilliseconds();

    private async Task<(RoundDesk Desk, RoundShelf Rounds, IFileStore Files)> OpenAsync()
    {
        var files = await FilesAsync();
        var rounds = new RoundShelf(files, _clock);
        return (new RoundDesk(new RoundBuilder(Bars, files, Bars) { CodeVersion = "test" }, files, rounds, _signer), rounds, files);
    }
}
