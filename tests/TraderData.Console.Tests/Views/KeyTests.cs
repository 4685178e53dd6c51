using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TraderData.Console.Tests;

/// <summary>Who may do what, and how one is told.</summary>
public sealed class KeyTests(ConsoleHost host, Chromium chromium)
{
    [Fact]
    public async Task Without_a_key_nothing_can_be_pressed_and_the_reason_is_told()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync("jobs");

        var run = page.GetByRole(AriaRole.Button, new() { Name = "Run now: ingest:binance:1h" });
        await Expect(run).ToBeDisabledAsync();
        await Expect(run).ToHaveAttributeAsync("title", "Read-only: this needs the operator key (press K)");
        await Expect(page.GetByText("Read-only. Give the operator key to run and pause jobs")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("5");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Make the export" })).ToBeDisabledAsync();
        await Expect(page.GetByText("Read-only. Give the operator key to make exports")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wrong_key_is_told_and_the_right_one_is_taken_after_it()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        window.Expect("401");
        var page = await window.GoAsync("jobs");

        await window.GiveKeyAsync("a-wrong-key-a-wrong-key-a-wrong-key-a-wrong-key");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToContainTextAsync("The key is wrong:");
        await window.PictureAsync("wrong-key");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByText("The service refused the key. Give the operator key")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run now: ingest:binance:1h" })).ToBeDisabledAsync();

        await window.GiveKeyAsync(ConsoleHost.OperatorKey);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run now: ingest:binance:1h" })).ToBeEnabledAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length"));
        await page.Keyboard.PressAsync("k");
        await page.GetByRole(AriaRole.Button, new() { Name = "Forget the key", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run now: ingest:binance:1h" })).ToBeDisabledAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("sessionStorage.length"));
    }

    [Fact]
    public async Task A_key_in_the_address_is_taken_out_of_it_at_once()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        await window.Page.GotoAsync($"/#key={ConsoleHost.OperatorKey}");

        await Expect(window.Page.Locator(".key")).ToHaveTextAsync("Operator");
        Assert.DoesNotContain("key", window.Page.Url, StringComparison.Ordinal);
        await window.Page.ReloadAsync();
        await Expect(window.Page.Locator(".key")).ToHaveTextAsync("Operator");
    }

    [Fact]
    public async Task Where_reading_needs_a_key_the_page_asks_for_one()
    {
        await host.StopAsync();
        await host.StartAsync(auth: "required");
        try
        {
            await using var window = await chromium.OpenAsync(host.Address);
            window.Expect("401");
            var page = await window.GoAsync("series");

            await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("This service wants a key:");
            await page.GetByLabel("Key", new() { Exact = true }).FillAsync(ConsoleHost.OperatorKey);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("tbody tr").Filter(new() { HasText = SampleLake.Hours.Symbol })).ToBeVisibleAsync();
            await page.GotoAsync($"/#/chart/{SampleLake.Hours.Symbol}/1h");
            await Expect(page.Locator(".live")).ToHaveTextAsync("live");
        }
        finally
        {
            await host.StopAsync();
            await host.StartAsync();
        }
    }
}
