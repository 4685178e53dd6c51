using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TraderData.Console.Tests;

/// <summary>A phone, the dark, and no mouse.</summary>
public sealed class LookTests(ConsoleHost host, Chromium chromium)
{
    private static readonly string[] Views = ["series/DOTUSDT/1h", "chart/DOTUSDT/1h", "jobs", "rounds", "exports"];

    [Theory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task Every_view_fits_its_window(int width, ColorScheme scheme)
    {
        await using var window = await chromium.OpenAsync(host.Address, scheme, width, width < 500 ? 844 : 900);
        var page = window.Page;
        await page.GotoAsync($"/#key={ConsoleHost.OperatorKey}");
        await Expect(page.Locator(".key")).ToHaveTextAsync("Operator");
        foreach (var view in Views)
        {
            await page.GotoAsync($"/#/{view}");
            var name = view.Split('/')[0];
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = false }).And(page.Locator("[aria-current=page]"))).ToBeVisibleAsync();
            await Expect(page.Locator(".loading")).ToHaveCountAsync(0);
            if (name == "chart")
                await Expect(page.Locator(".live")).ToHaveTextAsync("live");
            await window.CheckWidthAsync();
            await window.PictureAsync($"{name}-{(width < 500 ? "phone" : "wide")}-{(scheme == ColorScheme.Dark ? "dark" : "light")}");
        }

        Assert.Equal(scheme == ColorScheme.Dark, await page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(part => Number(part) < 80)"));
    }

    [Fact]
    public async Task Everything_can_be_reached_with_the_keyboard_alone()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync("series");
        await Expect(page.Locator("tbody tr").First).ToBeVisibleAsync();

        // The first stop leads past the frame, and the views have keys of their own.
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("3");
        await Expect(page).ToHaveTitleAsync("Jobs · trader-data");
        await page.Keyboard.PressAsync("k");
        await Expect(page.GetByLabel("Key", new() { Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(ConsoleHost.OperatorKey);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".key")).ToHaveTextAsync("Operator");

        await page.Keyboard.PressAsync("2");
        await Expect(page.Locator(".ohlc b")).ToHaveCountAsync(5);
        for (var i = 0; i < 40 && !await page.Locator(".stage").EvaluateAsync<bool>("stage => stage === document.activeElement"); i++)
            await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".stage")).ToBeFocusedAsync();
        // What has the focus shows that it has.
        Assert.NotEqual("none", await page.Locator(".stage").EvaluateAsync<string>("stage => getComputedStyle(stage).outlineStyle"));
        await page.Keyboard.PressAsync("End");
        var last = await page.Locator(".ohlc .time").InnerTextAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.Locator(".ohlc .time")).Not.ToHaveTextAsync(last);
        await Expect(page.Locator(".ohlc")).ToHaveAttributeAsync("aria-live", "polite");
    }
}
