using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

/// <summary>Which way a plan takes for what is missing. It is 2024-03-10 12:34:56.</summary>
public sealed class FetchPlannerTests
{
    private static readonly ModelSource Source = new(World.NowMs) { PageBars = 1_000, Archive = new ModelArchive() };
    private static readonly TimeRange January = World.Range("2024-01-01", "2024-02-01");

    [Fact]
    public void Past_months_and_days_come_from_files_and_the_rest_from_the_api()
    {
        var plan = Plan("1m", World.Range("2023-12-01", "2024-03-10T12:34Z"));
        Assert.Equal(
            ["month file 2023-12-01", "month file 2024-01-01", "month file 2024-02-01", .. Enumerable.Range(1, 8).Select(day => $"day file 2024-03-0{day}"), "api 2024-03-09"],
            Ways(plan));
        Assert.Equal(World.Range("2024-03-09", "2024-03-10T12:34Z"), plan.Parts.Last().Range);
        Assert.Equal(new FetchCost((3 * 2) + (8 * 2) + 3, 6, plan.Parts.Sum(p => p.Cost.Bytes)), plan.Cost);
        Assert.Equal(new FetchCost(3, 6, 2_194 * 60), plan.Parts.Last().Cost);
        Assert.Equal([4, 4], [plan.Chunks.Count, plan.Chunks.Sum(c => c.Stretches().Count())]);
    }

    [Theory]
    [InlineData("2024-01-10T04:00Z", "2024-01-10T06:00Z", "api 2024-01-10")]
    [InlineData("2024-01-10", "2024-01-11", "day file 2024-01-10")]
    [InlineData("2024-01-10", "2024-01-13", "day file 2024-01-10,day file 2024-01-11,day file 2024-01-12")]
    [InlineData("2024-01-10", "2024-01-20", "month file 2024-01-10")]
    [InlineData("2024-01-09T23:00Z", "2024-01-11T01:00Z", "api 2024-01-09,day file 2024-01-10,api 2024-01-11")]
    public void Month_of_which_little_is_missing_is_fetched_the_cheaper_way(string start, string end, string ways)
    {
        var held = RangeSet.Of([new TimeRange(January.StartMs, World.Ms(start)), new TimeRange(World.Ms(end), January.EndMs)]);
        var plan = Plan("1m", January, held);
        Assert.Equal(ways.Split(','), Ways(plan));
        Assert.Equal(World.Range(start, end), new TimeRange(plan.Parts.First().Range.StartMs, plan.Parts.Last().Range.EndMs));
        Assert.Single(Assert.Single(plan.Chunks).Stretches());
    }

    // A page of the API has more bars of an hour than a month does.
    [Theory]
    [InlineData("1h", "api 2021-01-01,api 2022-01-01,api 2023-01-01")]
    [InlineData("1d", "api 2021-01-01")]
    [InlineData("1w", "api 2021-01-01")]
    public void Coarse_bars_come_from_the_api(string timeframe, string ways) =>
        Assert.Equal(ways.Split(','), Ways(Plan(timeframe, World.Range("2021-01-01", "2024-01-01"))));

    [Fact]
    public void Refused_month_comes_from_the_api_and_so_does_a_refused_day()
    {
        Assert.Equal(["api 2024-01-01"], Ways(Plan("1m", January, condemned: "AAA-1m-2024-01.zip")));
        Assert.Equal(
            ["day file 2024-03-01", "day file 2024-03-02", "api 2024-03-03", "day file 2024-03-04"],
            Ways(Plan("1m", World.Range("2024-03-01", "2024-03-05"), condemned: "AAA-1m-2024-03-03.zip")));
    }

    [Fact]
    public void Without_archives_everything_comes_from_the_api()
    {
        var plan = new FetchPlanner(Source, useArchives: false).Plan(World.Series("AAA", "1m"), [January], RangeSet.Empty, new HashSet<string>(), World.NowMs);
        Assert.Equal(["api 2024-01-01"], Ways(plan));
        Assert.Equal(new FetchCost(45, 90, 44_640 * 60), plan.Cost);
        Assert.InRange(plan.Time.TotalSeconds, 2.2, 2.4);
    }

    [Fact]
    public void Nothing_is_planned_for_what_is_held()
    {
        var plan = Plan("1m", January, RangeSet.Of([World.Range("2023-12-01", "2024-03-01")]));
        Assert.Empty(plan.Parts);
        Assert.Equal((1, default), (plan.Chunks.Count, plan.Cost));
    }

    [Fact]
    public void Any_plan_brings_what_is_missing_once_and_never_costs_more_than_the_api_alone()
    {
        var minutes = Gen.Choose(0, 100 * 1_440).Select(minute => World.Ms("2023-12-01") + (minute * 60_000L));
        var ranges = minutes.Zip(minutes).Select(pair => new TimeRange(Math.Min(pair.Item1, pair.Item2), Math.Max(pair.Item1, pair.Item2)));
        var refused = Gen.Elements(new[] { "none", "AAA-1m-2024-01.zip", "AAA-1m-2024-03-02.zip", "AAA-5m-2023-12.zip" });
        var cases = ranges.Zip(ranges.ListOf(4)).Zip(refused.Zip(Gen.Elements("1m", "5m", "30m", "1h")));
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (range, holds, condemned, timeframe) = (c.Item1.Item1, RangeSet.Of(c.Item1.Item2), c.Item2.Item1, c.Item2.Item2);
            var plan = Plan(timeframe, range, holds, condemned);
            var alone = new FetchPlanner(Source, false).Plan(World.Series("AAA", timeframe), [range], holds, new HashSet<string>(), World.NowMs);
            var parts = plan.Parts.ToArray();
            var planned = RangeSet.Of(parts.Select(p => p.Range));
            return holds.Missing(range).All(planned.Contains)
                && parts.Zip(parts.Skip(1)).All(pair => pair.First.Range.EndMs <= pair.Second.Range.StartMs)
                && parts.All(p => p.File is { } file
                    ? file.Range.Contains(p.Range) && file.ExpectedMs <= World.NowMs && file.Name != condemned
                    : !holds.Any(held => !held.Intersect(p.Range).IsEmpty))
                && plan.Chunks.All(chunk => chunk.Parts.All(p => chunk.Range.Contains(p.Range)))
                && plan.Cost.Weight <= alone.Cost.Weight;
        }).QuickCheckThrowOnFailure();
    }

    private static string[] Ways(FetchPlan plan) => [.. plan.Parts.Select(part => $"{part.Way} {TimeText.Iso(part.Range.StartMs)[..10]}")];

    private static FetchPlan Plan(string timeframe, TimeRange range, RangeSet? held = null, string condemned = "") => new FetchPlanner(Source, useArchives: true).Plan(
        World.Series("AAA", timeframe), [range], held ?? RangeSet.Empty, new HashSet<string> { condemned }, World.NowMs);
}
