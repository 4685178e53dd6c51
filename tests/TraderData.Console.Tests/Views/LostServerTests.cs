using static Microsoft.Playwright.Assertions;

namespace TraderData.Console.Tests;

/// <summary>A service that goes away and comes back.</summary>
public sealed class LostServerTests(ConsoleHost host, Chromium chromium)
{
    [Fact]
    public async Task A_lost_server_is_told_and_what_came_meanwhile_appears_when_it_is_back()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        window.Expect("net::ERR_");
        var page = await window.GoAsync($"chart/{SampleLake.Minutes.Symbol}/1m");
        await Expect(page.Locator(".live")).ToHaveTextAsync("live");

        await host.StopAsync();
        await Expect(page.GetByText("The service does not answer.").First).ToBeVisibleAsync();
        await Expect(page.Locator(".live")).ToContainTextAsync("not live");
        await window.PictureAsync("lost-server");

        await host.StartAsync();
        await host.AddMinuteAsync("9.25");
        // It asks by itself as well, and may have found it before anybody can press.
        await page.EvaluateAsync("document.querySelector('.banner button').click()");
        await Expect(page.Locator(".banner")).ToBeHiddenAsync();
        await Expect(page.Locator(".live")).ToHaveTextAsync("live");
        await Expect(page.Locator(".ohlc")).ToContainTextAsync("9.25");
    }
}
