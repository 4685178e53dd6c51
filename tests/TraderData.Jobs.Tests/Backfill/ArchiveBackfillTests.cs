using FsCheck;
using FsCheck.Fluent;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

/// <summary>A backfill through archives ends like one through the API, whatever is wrong with the files.</summary>
public sealed class ArchiveBackfillTests
{
    private static readonly BackfillRequest Request = World.Request("AAA", "15m", "2023-11-05", "2024-03-10T12:30Z");
    private readonly ModelArchive _archive = new();
    private readonly World _world;

    public ArchiveBackfillTests() => _world = NewWorld(_archive, new MemoryStore());

    [Fact]
    public async Task Bars_are_those_of_the_api_and_each_chunk_is_written_once()
    {
        var report = await _world.RunAsync(Request);

        Assert.False(report.Failed);
        Assert.Equal(await OverTheApiAsync(), _world.Store.Dump());
        Assert.Equal(["AAA-15m-2023-11.zip", "AAA-15m-2023-12.zip", "AAA-15m-2024-01.zip", "AAA-15m-2024-02.zip"], _archive.Read);
        Assert.Equal([("AAA", World.Range("2024-03-01", "2024-03-10T12:30Z"))], _world.Source.Asked);
        Assert.Equal(5, _world.Store.Writes);
    }

    [Fact]
    public async Task Refused_file_is_kept_with_its_verdict_and_its_bars_come_from_the_api()
    {
        _archive.Change = Refuse("AAA-15m-2023-12.zip");
        var report = await _world.RunAsync(Request);

        Assert.False(report.Failed);
        Assert.Equal(await OverTheApiAsync(), _world.Store.Dump());
        Assert.Contains(("AAA", World.Range("2023-12-01", "2024-01-01")), _world.Source.Asked);
        var verdict = Assert.Single(_world.Store.Verdicts.Values);
        Assert.Equal(new ArchiveVerdict("AAA-15m-2023-12.zip", "sha256 aa", "bb", World.NowMs, "quarantine/1"), verdict);
        Assert.Equal("AAA-15m-2023-12.zip: sha256 aa; expected bb", Assert.Single(_world.Store.Refused).Reason.Message);

        var next = NewWorld(new ModelArchive(), new MemoryStore());
        await next.Store.CondemnAsync(World.Series("AAA", "15m"), verdict, TestContext.Current.CancellationToken);
        await next.RunAsync(Request);
        Assert.DoesNotContain("AAA-15m-2023-12.zip", ((ModelArchive)next.Source.Archive!).Read);
        Assert.Equal(await OverTheApiAsync(), next.Store.Dump());
    }

    [Fact]
    public async Task Verdict_is_lifted_by_asking_again_when_the_file_is_good_then()
    {
        _archive.Change = Refuse("AAA-15m-2023-12.zip");
        await _world.RunAsync(Request);
        await _world.RunAsync(Request with { Again = true });
        Assert.Single(_world.Store.Verdicts);

        _archive.Change = (_, bars) => bars;
        var report = await _world.RunAsync(Request with { Again = true });

        Assert.Equal(0, report.Written.Inserted + report.Written.Changed);
        Assert.Empty(_world.Store.Verdicts);
    }

    [Fact]
    public async Task File_that_is_not_there_is_no_fault()
    {
        _archive.Change = (file, bars) => file.Name == "AAA-15m-2024-01.zip" ? null : bars;
        Assert.False((await _world.RunAsync(Request)).Failed);
        Assert.Equal(await OverTheApiAsync(), _world.Store.Dump());
        Assert.Empty(_world.Store.Verdicts);
        Assert.Contains(("AAA", January), _world.Source.Asked);
    }

    [Fact]
    public async Task Archive_that_is_away_is_left_alone_for_the_rest_of_the_run()
    {
        _archive.Change = (file, bars) => file.Name == "AAA-15m-2023-11.zip" ? bars : throw new SourceException(SourceErrorKind.Unavailable, "archives answered 503");
        Assert.False((await _world.RunAsync(Request)).Failed);
        Assert.Equal(["AAA-15m-2023-11.zip", "AAA-15m-2023-12.zip"], _archive.Read);
        Assert.Equal(await OverTheApiAsync(), _world.Store.Dump());
        Assert.Empty(_world.Store.Verdicts);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public async Task What_a_file_lacks_is_asked_of_the_api(int holes)
    {
        var lacking = Enumerable.Range(0, holes).Select(i => World.Ms("2024-01-05") + (i * 3_600_000L)).ToHashSet();
        _archive.Change = (file, bars) => file.Name == "AAA-15m-2024-01.zip" ? Without(bars, lacking) : bars;
        await _world.RunAsync(Request);
        Assert.Equal(await OverTheApiAsync(), _world.Store.Dump());
        Assert.Equal(holes == 3 ? 4 : 2, _world.Source.Asked.Count);
        Assert.All(_world.Source.Asked, asked => Assert.True(asked.Range.EndMs - asked.Range.StartMs < 12 * 86_400_000L));
    }

    [Fact]
    public async Task Source_that_fails_in_a_hole_leaves_what_is_before_it()
    {
        var lacking = World.Ms("2024-01-05");
        _archive.Change = (file, bars) => Without(bars, [lacking]);
        _world.Source.BeforePage = (_, _) => throw new SourceException(SourceErrorKind.Banned, "model bans us");
        var report = await _world.RunAsync(Request with { Range = January });
        Assert.Equal("model:AAA:15m: model bans us", report.Series[0].Error);
        Assert.Equal([new TimeRange(January.StartMs, lacking)], report.Series[0].Answered);
        Assert.Equal(lacking - 900_000, _world.Store.Bars(World.Series("AAA", "15m")).LastMs);
    }

    [Fact]
    public async Task Wider_range_fetches_only_what_is_missing_on_either_side()
    {
        await _world.RunAsync(Request with { Range = World.Range("2023-12-01", "2024-01-15") });
        _archive.Read.Clear();
        _world.Source.Asked.Clear();
        await _world.RunAsync(Request);
        Assert.Equal(["AAA-15m-2023-11.zip", "AAA-15m-2024-01.zip", "AAA-15m-2024-02.zip"], _archive.Read);
        Assert.Equal([("AAA", World.Range("2024-03-01", "2024-03-10T12:30Z"))], _world.Source.Asked);
        Assert.Equal(await OverTheApiAsync(), _world.Store.Dump());
    }

    [Fact]
    public async Task Archives_can_be_left_out()
    {
        await _world.RunAsync(Request with { Archives = false });
        Assert.Empty(_archive.Read);
        Assert.Equal(await OverTheApiAsync(), _world.Store.Dump());
    }

    [Fact]
    public async Task Plan_is_what_the_run_does_and_touches_nothing()
    {
        var plan = Assert.Single(await _world.Backfill.PlanAsync(Request, TestContext.Current.CancellationToken));
        Assert.Equal((0, 0, 0), (_world.Store.Writes, _archive.Read.Count, _world.Source.Asked.Count));
        await _world.RunAsync(Request);
        Assert.Equal(plan.Parts.Select(p => p.File?.Name).OfType<string>(), _archive.Read);
        Assert.Equal(plan.Parts.Where(p => p.File is null).Select(p => ("AAA", p.Range)), _world.Source.Asked);
        Assert.Empty((await _world.Backfill.PlanAsync(Request, TestContext.Current.CancellationToken))[0].Parts);
    }

    [Fact]
    public async Task Backfill_killed_at_any_write_with_any_files_refused_ends_the_same()
    {
        var expected = await OverTheApiAsync();
        var kills = Gen.Choose(0, 4).Zip(Gen.Elements(true, false)).ListOf(3);
        var refused = Gen.Elements(new[] { "", "AAA-15m-2023-11.zip", "AAA-15m-2024-02.zip" });
        Prop.ForAll(kills.Zip(refused).ToArbitrary(), c =>
        {
            var store = new MemoryStore();
            foreach (var (write, taken) in c.Item1)
            {
                var world = NewWorld(new ModelArchive { Change = Refuse(c.Item2) }, store);
                var at = store.Writes + write;
                Action<int> kill = number =>
                {
                    if (number == at)
                        world.Kill();
                };
                (store.BeforeWrite, store.AfterWrite) = (taken ? _ => { } : kill, taken ? kill : _ => { });
                try
                {
                    world.RunAsync(Request).GetAwaiter().GetResult();
                }
                catch (OperationCanceledException)
                {
                    // The next life goes on from here.
                }
            }

            (store.BeforeWrite, store.AfterWrite) = (_ => { }, _ => { });
            NewWorld(new ModelArchive { Change = Refuse(c.Item2) }, store).RunAsync(Request).GetAwaiter().GetResult();
            return store.Dump() == expected;
        }).QuickCheckThrowOnFailure();
    }

    private static TimeRange January => World.Range("2024-01-01", "2024-02-01");

    private static World NewWorld(ModelArchive archive, MemoryStore store)
    {
        var source = new ModelSource(World.NowMs) { PageBars = 1_000, Archive = archive };
        archive.Source = source;
        return new World { Source = source, Store = store };
    }

    private static async Task<string> OverTheApiAsync()
    {
        var world = new World();
        await world.RunAsync(Request);
        return world.Store.Dump();
    }

    private static Func<ArchiveFile, BarBlock, BarBlock?> Refuse(string name) =>
        (file, bars) => file.Name == name ? throw new BadDataException(name, "sha256 aa", "bb") : bars;

    private static BarBlock Without(BarBlock bars, HashSet<long> times)
    {
        var builder = new BarBlockBuilder("AAA");
        for (var i = 0; i < bars.Count; i++)
        {
            if (!times.Contains(bars.Times[i]))
                builder.Add(bars.At(i));
        }

        return builder.Build();
    }
}
