using Microsoft.Playwright;

namespace TraderData.Console.Tests;

/// <summary>A real Chromium without a window: one that is installed, else one that is installed now.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // Chromium's sandbox needs a user that is not root; nothing but our own page is opened. What phones home by itself is off.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private const float PatienceMs = 20_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Starts it.</summary>
    public async ValueTask InitializeAsync()
    {
        // Others work on the machine as well.
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        _playwright = await Playwright.CreateAsync();
        var path = await ChromiumInstall.FindOrInstallAsync(_playwright.Chromium.ExecutablePath);
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments });
    }

    /// <summary>A new window of its own: no storage, no cache, nothing of other tests.</summary>
    internal async Task<ConsoleWindow> OpenAsync(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1440, int height = 900)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            // A phone is touched and not pointed at.
            HasTouch = width < 500,
            TimezoneId = "America/New_York",
            Permissions = ["clipboard-read", "clipboard-write"],
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(PatienceMs);
        return new ConsoleWindow(context, await context.NewPageAsync(), address);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
