using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TraderData.Console.Tests;

/// <summary>What is held, and of a series what of a year is missing.</summary>
public sealed class SeriesTests(ConsoleHost host, Chromium chromium)
{
    [Fact]
    public async Task Series_are_listed_and_the_search_narrows_them_down()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync("series");
        var rows = page.GetByRole(AriaRole.Region, new() { Name = "Series" }).Locator("tbody tr");

        var minutes = rows.Filter(new() { HasText = SampleLake.Minutes.Symbol });
        await Expect(minutes).ToContainTextAsync("binance");
        await Expect(minutes).ToContainTextAsync("not watched");
        await Expect(rows.Filter(new() { HasText = SampleLake.Hours.Symbol })).ToContainTextAsync($"{SampleLake.Start:yyyy-MM-dd}");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("dot 1h");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(page.Locator(".count")).ToContainTextAsync("1 of");
        await page.GetByLabel("Search series").FillAsync("nothing like it");
        await Expect(page.Locator(".list")).ToContainTextAsync("No series is like that.");
    }

    [Fact]
    public async Task A_year_tells_of_each_day_what_is_missing_and_why()
    {
        await using var window = await chromium.OpenAsync(host.Address, height: 1100);
        var page = await window.GoAsync($"series/{SampleLake.Hours.Symbol}/1h?year={SampleLake.Gap.Year}");
        var day = page.Locator($"[data-day='{SampleLake.Gap:yyyy-MM-dd}']");

        await Expect(day).ToHaveAttributeAsync("aria-label", string.Create(CultureInfo.InvariantCulture, $"{SampleLake.Gap:ddd yyyy-MM-dd}: 18 of 24 bars held; 6 source_missing"));
        await Expect(page.Locator(".summary")).ToContainTextAsync("% of");
        await day.HoverAsync();
        await Expect(page.Locator(".reading")).ToContainTextAsync("6 source_missing");
        await day.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator(".reading")).ToContainTextAsync($"{SampleLake.Gap.AddDays(1):yyyy-MM-dd}: 24 of 24 bars held");
        await Expect(page.GetByText("the source was asked twice and has none").First).ToBeVisibleAsync();
        await window.PictureAsync("series");
        await page.GetByLabel($"The year {SampleLake.Start.Year}").ClickAsync();
        await Expect(page.Locator(".years strong")).ToHaveTextAsync($"{SampleLake.Start.Year}");
        await Expect(page.GetByText("No gaps in this year.")).ToBeVisibleAsync();
    }
}
