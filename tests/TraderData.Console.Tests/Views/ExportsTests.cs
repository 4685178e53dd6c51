using System.Security.Cryptography;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TraderData.Console.Tests;

/// <summary>A file for Lona, from its order to the disk.</summary>
public sealed class ExportsTests(ConsoleHost host, Chromium chromium)
{
    [Fact]
    public async Task An_export_is_made_followed_and_downloaded()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        var page = await window.GoAsync("exports");
        await window.GiveKeyAsync(ConsoleHost.OperatorKey);

        await page.GetByLabel("Symbol").FillAsync(SampleLake.Hours.Symbol);
        await page.GetByLabel("Timeframe").FillAsync("1h");
        await page.GetByLabel("From (UTC)").FillAsync($"{SampleLake.Start:yyyy-MM-dd}");
        await page.GetByLabel("Up to, without").FillAsync($"{SampleLake.Start.AddDays(10):yyyy-MM-dd}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the export" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Table, new() { Name = "Exports" }).Locator("tbody tr").Filter(new() { HasText = SampleLake.Hours.Symbol });
        await Expect(row.Locator(".pill")).ToHaveTextAsync("done");
        await Expect(row).ToContainTextAsync("240");
        await window.PictureAsync("exports");

        var file = await DownloadAsync(page, row.GetByRole(AriaRole.Button, new() { Name = "Download" }).First);
        var checksum = await DownloadAsync(page, row.GetByRole(AriaRole.Button, new() { Name = ".sha256" }));
        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(file)), System.Text.Encoding.UTF8.GetString(checksum), StringComparison.Ordinal);
        Assert.Equal(241, System.Text.Encoding.UTF8.GetString(file).Count(c => c == '\n'));

        // Asked first: what is dismissed removes nothing.
        var remove = row.GetByRole(AriaRole.Button, new() { Name = "Remove" });
        var answers = new Queue<bool>([false, true]);
        page.Dialog += (_, dialog) => _ = answers.Dequeue() ? dialog.AcceptAsync() : dialog.DismissAsync();
        await remove.ClickAsync();
        await Expect(page.Locator(".told")).ToHaveTextAsync("Nothing was removed.");
        await Expect(row).ToHaveCountAsync(1);
        await remove.ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        await Expect(page.Locator(".told")).ToContainTextAsync("is removed");
    }

    [Fact]
    public async Task A_mistake_is_told_in_the_words_of_the_service()
    {
        await using var window = await chromium.OpenAsync(host.Address);
        window.Expect("404");
        var page = await window.GoAsync("exports");
        await window.GiveKeyAsync(ConsoleHost.OperatorKey);

        await page.GetByLabel("Symbol").FillAsync("NOTHELD");
        await page.GetByLabel("Timeframe").FillAsync("1h");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the export" }).ClickAsync();
        await Expect(page.Locator(".told")).ToContainTextAsync("NOTHELD");
    }

    private static async Task<byte[]> DownloadAsync(IPage page, ILocator button)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => button.ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }
}
