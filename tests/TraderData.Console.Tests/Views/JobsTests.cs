using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TraderData.Console.Tests;

/// <summary>The schedule, looked at and changed.</summary>
public sealed class JobsTests(ConsoleHost host, Chromium chromium)
{
    private const string Ingest = "ingest:binance:1h";

    [Fact]
    public async Task A_job_is_run_paused_and_resumed_with_the_key()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync("jobs");
        await window.GiveKeyAsync(ConsoleHost.OperatorKey);
        var row = page.Locator("tr").Filter(new() { HasText = Ingest });

        await page.GetByRole(AriaRole.Button, new() { Name = $"Run now: {Ingest}" }).ClickAsync();
        await Expect(page.Locator(".told")).ToContainTextAsync($"{Ingest} is started");
        await Expect(row.Locator(".pill").Filter(new() { HasText = "succeeded" })).ToBeVisibleAsync();
        await Expect(row).ToContainTextAsync("1 series, up to date");
        var gauge = page.GetByRole(AriaRole.Meter, new() { Name = "Rate budget of binance" });
        await Expect(gauge).ToHaveAttributeAsync("aria-valuemax", "6000");

        await page.GetByRole(AriaRole.Link, new() { Name = $"Runs of {Ingest}" }).ClickAsync();
        await Expect(page.GetByLabel("Runs of a job").Locator("tbody tr").First).ToContainTextAsync("succeeded");
        await window.PictureAsync("jobs");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Pause: {Ingest}" }).ClickAsync();
        await Expect(row.Locator(".pill").First).ToHaveTextAsync("paused");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Resume: {Ingest}" }).ClickAsync();
        await Expect(row.Locator(".pill").First).ToHaveTextAsync("waits");
    }
}
