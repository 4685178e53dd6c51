using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TraderData.Console.Tests;

/// <summary>The round that is offered, and how to check it.</summary>
public sealed class RoundsTests(ConsoleHost host, Chromium chromium)
{
    [Fact]
    public async Task Without_a_key_rounds_say_that_they_need_one()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        window.Expect("401");
        var page = await window.GoAsync("rounds");

        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("This service wants a key:");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByText("Rounds need a key.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_round_shows_its_splits_files_quality_and_how_to_verify_it()
    {
        await using var window = await chromium.OpenAsync(host.Address, height: 1200);
        await window.Page.GotoAsync($"/#key={ConsoleHost.OperatorKey}&/rounds");
        var page = window.Page;
        var round = page.GetByLabel("Round", new() { Exact = true });

        await Expect(round.Locator(".pill")).ToHaveTextAsync("current");
        await Expect(round).ToContainTextAsync(host.RoundId);
        var splits = round.GetByRole(AriaRole.List, new() { Name = "Splits" }).GetByRole(AriaRole.Listitem);
        await Expect(splits).ToHaveCountAsync(3);
        foreach (var name in new[] { "train", "validation", "test" })
            await Expect(splits.Filter(new() { HasText = name })).ToContainTextAsync("rows");
        await Expect(round.GetByRole(AriaRole.Table, new() { Name = "Files of the round" })).ToContainTextAsync("features.parquet");
        var quality = round.GetByRole(AriaRole.Table, new() { Name = "Quality by series" });
        await Expect(quality).ToContainTextAsync("binance:DOTUSDT 1h");
        await round.GetByRole(AriaRole.Button, new() { Name = "Copy the verify command" }).ClickAsync();
        await Expect(round.GetByText("Copied").First).ToBeVisibleAsync();
        Assert.Contains($"trader-data round verify {host.RoundId} --jwks", await page.EvaluateAsync<string>("navigator.clipboard.readText()"), StringComparison.Ordinal);
        await window.PictureAsync("rounds");
    }
}
