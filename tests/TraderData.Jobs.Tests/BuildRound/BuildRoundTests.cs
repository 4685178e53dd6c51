using System.Globalization;
using TraderData.Core;
using TraderData.Rounds;

namespace TraderData.Jobs.Tests;

public sealed class BuildRoundTests : IAsyncDisposable
{
    private readonly RoundWorld _world = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Round_that_is_due_is_published_as_current_with_the_time_that_the_schedule_names()
    {
        await _world.FillAsync();
        _world.Clock.Advance(TimeSpan.FromHours(50));

        await _world.RunAsync();

        var round = await _world.Rounds.FindAsync("current", Cancel);
        Assert.Equal(("2024-02-12T03:30:00Z", "2024-03-13T03:30:00Z"), (TimeText.Iso(round!.AsOfMs), TimeText.Iso(round.ExpiresMs!.Value)));
        Assert.Contains(_world.Log.Entries, entry => entry.Text.StartsWith($"round {round.RoundId} is published and current:", StringComparison.Ordinal));
        Assert.True((await RoundVerifier.VerifyAsync(_world.FolderOf(round.RoundId), await _world.Rounds.KeysAsync(Cancel), null, Cancel)).IsSound);
    }

    [Fact]
    public async Task Bars_that_came_behind_the_time_that_it_was_due_at_are_not_in_it_however_late_it_is_built()
    {
        await _world.FillAsync();
        _world.Clock.Advance(TimeSpan.FromHours(50));
        await _world.FillAsync(seed: 2);

        await _world.RunAsync();

        await using var other = new RoundWorld();
        await other.FillAsync();
        other.Clock.Advance(TimeSpan.FromHours(50));
        await other.RunAsync();
        var (late, inTime) = (await _world.Rounds.FindAsync("current", Cancel), await other.Rounds.FindAsync("current", Cancel));
        Assert.Equal(inTime!.RoundId, late!.RoundId);
        Assert.Equal(inTime.Files.Single(f => f.Name == "train.csv").Sha256, late.Files.Single(f => f.Name == "train.csv").Sha256);
    }

    [Theory]
    [InlineData(RoundState.Published)]
    [InlineData(RoundState.Retired)]
    public async Task Round_that_was_built_before_is_left_as_it_is_until_the_next_is_due(RoundState state)
    {
        await _world.FillAsync();
        _world.Clock.Advance(TimeSpan.FromHours(50));
        await _world.RunAsync();
        var first = Assert.Single((await _world.Rounds.IndexAsync(Cancel)).Rounds);
        if (state == RoundState.Retired)
            await _world.Desk.RetireAsync(first.RoundId, evenCurrent: true, Cancel);
        var before = (await _world.Rounds.IndexAsync(Cancel)).Find(first.RoundId);

        _world.Clock.Advance(TimeSpan.FromHours(1));
        await _world.RunAsync();

        Assert.Equal(before! with { Files = [] }, Assert.Single((await _world.Rounds.IndexAsync(Cancel)).Rounds) with { Files = [] });
        Assert.Contains(_world.Log.Entries, entry => entry.Text == $"round {first.RoundId} is {before.StateName} already: there is none to build before the next time of its schedule");
        _world.Clock.Advance(TimeSpan.FromDays(7));
        await _world.RunAsync();
        Assert.Equal(2, (await _world.Rounds.IndexAsync(Cancel)).Rounds.Count);
        Assert.Equal("2024-02-19T03:30:00Z", TimeText.Iso((await _world.Rounds.FindAsync("current", Cancel))!.AsOfMs));
    }

    [Fact]
    public async Task Build_that_ended_as_a_draft_is_published_by_the_next_try()
    {
        await _world.FillAsync();
        _world.Clock.Advance(TimeSpan.FromHours(50));
        var spec = _world.Options.BuildRound.ReadSpec(_world.Clock.NowMs, RoundWorld.Ms("2024-02-12T03:30:00Z"));
        var draft = await _world.Desk.CreateAsync(spec, null, Cancel);

        await _world.RunAsync();

        var round = Assert.Single((await _world.Rounds.IndexAsync(Cancel)).Rounds);
        Assert.Equal((draft.RoundId, RoundState.Published, draft.ManifestSha256), (round.RoundId, round.State, round.ManifestSha256));
    }

    [Fact]
    public async Task Series_that_is_not_held_fails_the_job_by_name()
    {
        _world.Clock.Advance(TimeSpan.FromHours(50));

        var e = await Assert.ThrowsAsync<RoundSpecException>(_world.RunAsync);

        Assert.StartsWith("binance:BTCUSDT:1h: no bar of 2024-01-13T00:00:00Z to 2024-02-12T00:00:00Z was held at 2024-02-12T03:30:00Z", e.Message, StringComparison.Ordinal);
        Assert.Empty((await _world.Rounds.IndexAsync(Cancel)).Rounds);
    }

    [Fact]
    public void Spec_that_cannot_be_cut_again_and_again_is_told_before_anything_runs()
    {
        var options = new BuildRoundOptions { SpecFile = _world.Write("""{"name":"n","as_of":"2024-01-01","universe":["binance:BTCUSDT"],"timeframes":["1h"],"last":"soon"}""") };

        Assert.Equal(
            [
                $"ROUND_SPEC {options.SpecFile}: as_of must be left out of a spec that is cut on a schedule: each round gets the time it was due at",
                $"ROUND_SPEC {options.SpecFile}: last must be a number of h, d or w, at most 10000 of them, such as 730d, was 'soon'",
                $"ROUND_SPEC {options.SpecFile}: splits must be {{\"train\":0.7,\"validation\":0.15,\"test\":0.15}} or {{\"validation_start\":\"2024-09-01\",\"test_start\":\"2024-11-01\"}}",
            ],
            options.CheckSpec(_world.Clock.NowMs));
        var missing = new BuildRoundOptions { SpecFile = Path.Combine(_world.Folder, "none.json") };
        Assert.StartsWith($"ROUND_SPEC {missing.SpecFile}: the file cannot be read: ", Assert.Single(missing.CheckSpec(_world.Clock.NowMs)), StringComparison.Ordinal);
        Assert.Empty(new BuildRoundOptions().CheckSpec(_world.Clock.NowMs));
        Assert.Empty(new BuildRoundOptions().Check());
    }

    [Theory]
    [InlineData("0 30 3 ? * MON", "2024-02-12T03:30:00Z", "2024-02-12T03:30:00Z")]
    [InlineData("0 30 3 ? * MON", "2024-02-12T03:29:59Z", "2024-02-05T03:30:00Z")]
    [InlineData("0 0 2 1 * ?", "2024-03-31T23:00:00Z", "2024-03-01T02:00:00Z")]
    [InlineData("0 0 2 1 1 ?", "2024-12-31T00:00:00Z", "2024-01-01T02:00:00Z")]
    [InlineData("0 0 2 29 2 ?", "2027-06-01T00:00:00Z", "2024-02-29T02:00:00Z")]
    [InlineData("* * * * * ?", "2024-02-12T03:30:07.5Z", "2024-02-12T03:30:07Z")]
    [InlineData("0 0 2 1 1 ? 2020", "2026-01-01T00:00:00Z", "2020-01-01T02:00:00Z")]
    [InlineData("0 0 2 1 1 ? 2030", "2026-01-01T00:00:00Z", null)]
    public void Time_that_was_due_is_the_last_one_of_the_schedule(string cron, string now, string? expected) =>
        Assert.Equal(expected, RoundSchedule.LastAt(cron, DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)) is { } due ? TimeText.Iso(due.ToUnixTimeMilliseconds()) : null);
}
