using Microsoft.Playwright;
using TraderData.Core;
using static Microsoft.Playwright.Assertions;

namespace TraderData.Console.Tests;

/// <summary>Candles: with all their digits, far back, as they were, and as they come.</summary>
public sealed class ChartTests(ConsoleHost host, Chromium chromium)
{
    [Fact]
    public async Task A_chart_marks_gaps_and_restatements_and_shows_every_digit()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync($"chart/{SampleLake.Hours.Symbol}/1h");
        var marks = page.GetByLabel("What is marked");

        await Expect(page.Locator(".stage canvas").First).ToBeVisibleAsync();
        await Expect(marks).ToContainTextAsync("3 gaps in what is loaded");
        await Expect(marks).ToContainTextAsync("fetch_failed");
        await Expect(marks).ToContainTextAsync(SampleLake.ManyDigits);
        // So much that the last gap is seen, too.
        await page.Locator(".stage").FocusAsync();
        for (var i = 0; i < 3; i++)
            await page.Keyboard.PressAsync("-");
        await window.PictureAsync("chart");

        await marks.GetByRole(AriaRole.Link, new() { Name = "as of then" }).ClickAsync();
        await Expect(page.Locator(".live")).ToContainTextAsync("as held at");
        await Expect(marks).ToContainTextAsync("No bar of it was restated.");
        await Expect(page.GetByLabel("As of (UTC)")).Not.ToHaveValueAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Now" }).ClickAsync();
        await Expect(page.Locator(".live")).ToHaveTextAsync("live");
    }

    [Fact]
    public async Task Scrolling_back_loads_page_after_page_down_to_the_first_bar()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync($"chart/{SampleLake.Hours.Symbol}/1h");
        var stage = page.Locator(".stage");
        await Expect(stage).ToHaveAttributeAsync("data-bars", "2000");
        await stage.FocusAsync();

        await page.Keyboard.PressAsync("Home");
        await Expect(stage).ToHaveAttributeAsync("data-bars", "4000");
        // On to the first bar of all: what is loaded says when it is there.
        var first = $"{SampleLake.Start:yyyy-MM-dd} 00:00 to";
        for (var i = 0; i < 20 && !(await page.Locator(".marks").InnerTextAsync()).Contains(first, StringComparison.Ordinal); i++)
        {
            var before = await stage.GetAttributeAsync("data-bars");
            await page.Keyboard.PressAsync("Home");
            await Expect(stage).Not.ToHaveAttributeAsync("data-bars", before!);
            await Expect(page.Locator(".marks")).ToContainTextAsync($"Loaded: {int.Parse((await stage.GetAttributeAsync("data-bars"))!, null):N0} bars");
        }

        await Expect(page.Locator(".marks")).ToContainTextAsync(first);
    }

    [Theory]
    [InlineData("2h")]
    [InlineData("7m")]
    public async Task A_timeframe_that_is_not_held_is_made_of_a_finer_one(string timeframe)
    {
        var (series, other) = timeframe == "2h" ? (SampleLake.Hours, "1h") : (SampleLake.Minutes, "1m");
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync($"chart/{series.Symbol}/{other}");

        await page.GetByLabel("Other").FillAsync(timeframe);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator(".marks")).ToContainTextAsync($"made of {other}");
        await Expect(page.Locator(".ohlc b")).ToHaveCountAsync(5);
    }

    [Fact]
    public async Task A_timeframe_that_cannot_be_made_is_told_with_what_is_held()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        window.Expect("404");
        var page = await window.GoAsync($"chart/{SampleLake.Hours.Symbol}/7m");

        await Expect(page.Locator(".failed")).ToContainTextAsync("it is at 1h");
    }

    [Fact]
    public async Task A_bar_that_is_stored_appears_by_itself()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync($"chart/{SampleLake.Minutes.Symbol}/1m");
        await Expect(page.Locator(".live")).ToHaveTextAsync("live");
        var before = int.Parse((await page.Locator(".stage").GetAttributeAsync("data-bars"))!, null);

        var bar = await host.AddMinuteAsync("8.0000000000000001");
        await Expect(page.Locator(".ohlc")).ToContainTextAsync("8.0000000000000001");
        await Expect(page.Locator(".ohlc .time")).ToHaveTextAsync(TimeText.Iso(bar)[..16].Replace('T', ' '));
        await Expect(page.Locator(".stage")).ToHaveAttributeAsync("data-bars", $"{before + 1}");
    }
}
