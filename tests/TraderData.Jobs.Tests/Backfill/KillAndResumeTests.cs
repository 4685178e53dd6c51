using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

/// <summary>A process that is killed at any place and started again ends with what one has that was never killed.</summary>
public sealed class KillAndResumeTests
{
    private static readonly BackfillRequest Request = World.Request("AAA,BBB", "4h", "2021-06-01", "2024-02-01");

    public static TheoryData<int, bool> EveryWrite() => [.. from write in Enumerable.Range(0, 8) from taken in new[] { false, true } select (write, taken)];

    [Theory]
    [MemberData(nameof(EveryWrite))]
    public async Task Backfill_killed_at_a_write_and_started_again_ends_the_same(int write, bool taken)
    {
        var world = new World();
        Kill(world, write, taken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.RunAsync(Request));

        var survivor = Survivor(world);
        var report = await survivor.RunAsync(Request);

        Assert.False(report.Failed);
        Assert.Equal(await NeverKilledAsync(), survivor.Store.Dump());
        Assert.Equal(8 - write - (taken ? 1 : 0), report.Series.Sum(s => s.ChunksDone));
    }

    [Fact]
    public async Task Backfill_killed_at_any_page_and_started_again_ends_the_same()
    {
        var expected = await NeverKilledAsync();
        for (var page = 0; page < 116; page += 5)
        {
            var world = new World();
            var seen = 0;
            world.Source.BeforePage = (_, _) =>
            {
                if (seen++ == page)
                    world.Kill();
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.RunAsync(Request));

            var survivor = Survivor(world);
            await survivor.RunAsync(Request);
            Assert.Equal(expected, survivor.Store.Dump());
        }
    }

    [Fact]
    public async Task Backfill_killed_again_and_again_ends_the_same()
    {
        var expected = await NeverKilledAsync();
        Prop.ForAll(Gen.Choose(0, 3).Zip(Gen.Elements(true, false)).ListOf(5).ToArbitrary(), kills =>
        {
            var world = new World();
            foreach (var (write, taken) in kills)
            {
                world = Survivor(world);
                Kill(world, world.Store.Writes + write, taken);
                try
                {
                    world.RunAsync(Request).GetAwaiter().GetResult();
                }
                catch (OperationCanceledException)
                {
                    // The next life goes on from here.
                }
            }

            world = Survivor(world);
            world.RunAsync(Request).GetAwaiter().GetResult();
            return world.Store.Dump() == expected;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Ingest_killed_at_any_write_leaves_no_hole()
    {
        for (var write = 0; write < 3; write++)
        {
            foreach (var taken in new[] { false, true })
            {
                var world = new World();
                await world.RunAsync(World.Request("AAA", "1m", "2024-01-10", "2024-01-11"));
                Kill(world, world.Store.Writes + write, taken);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.IngestAsync("1m", "model:AAA@1m"));

                var survivor = Survivor(world);
                await survivor.IngestAsync("1m", "model:AAA@1m");

                Assert.Equal([World.Range("2024-01-10", "2024-03-10T12:34Z")], survivor.Store.Info(World.Series("AAA", "1m"))!.Fetched);
                Assert.Equal(
                    BarText.Of(survivor.Source.Bars("AAA", Timeframe.M1, World.Range("2024-01-10", "2024-03-10T12:34Z"))),
                    BarText.Of(survivor.Store.Bars(World.Series("AAA", "1m"))));
            }
        }
    }

    private static World Survivor(World dead)
    {
        (dead.Store.BeforeWrite, dead.Store.AfterWrite) = (_ => { }, _ => { });
        return new World { Store = dead.Store };
    }

    private static async Task<string> NeverKilledAsync()
    {
        var world = new World();
        await world.RunAsync(Request);
        return world.Store.Dump();
    }

    private static void Kill(World world, int write, bool taken)
    {
        Action<int> kill = number =>
        {
            if (number == write)
                world.Kill();
        };
        if (taken)
            world.Store.AfterWrite = kill;
        else
            world.Store.BeforeWrite = kill;
    }
}
