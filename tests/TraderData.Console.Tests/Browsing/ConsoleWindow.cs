using Microsoft.Playwright;
using TraderData.Testing;

namespace TraderData.Console.Tests;

/// <summary>A window with the console in it, that minds what no user would see: errors of scripts, breaches of the page's policy, requests to others.</summary>
internal sealed class ConsoleWindow : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];
    private readonly List<string> _expected = [];

    public ConsoleWindow(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page) = (context, page);
        // Breaches of the policy are errors of the console, too.
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"console: {message.Text}");
        page.PageError += (_, message) => Note(isFault: true, $"script: {message}");
        context.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            Note(url.Scheme is not "blob" && url.Authority != address.Authority, $"request to another host: {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>The folder for pictures: <c>CONSOLE_SCREENSHOTS</c>, else <c>artifacts/screenshots</c> of the checkout.</summary>
    public static string Pictures { get; } = Environment.GetEnvironmentVariable("CONSOLE_SCREENSHOTS") is { Length: > 0 } folder
        ? folder
        : Path.Combine(RepositoryFolder.Root, "artifacts", "screenshots");

    /// <summary>Opens a view: <c>series</c>, <c>chart/BTCUSDT/1h</c>.</summary>
    public async Task<IPage> GoAsync(string view)
    {
        await Page.GotoAsync($"/#/{view}");
        return Page;
    }

    /// <summary>Gives a key as a person does.</summary>
    public async Task GiveKeyAsync(string key)
    {
        await Page.Keyboard.PressAsync("k");
        await Page.GetByLabel("Key", new() { Exact = true }).FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Use the key" }).ClickAsync();
    }

    /// <summary>Says that errors with this text are what the test is about.</summary>
    public void Expect(string text) => _expected.Add(text);

    /// <summary>Takes a picture, for people.</summary>
    public async Task PictureAsync(string name)
    {
        Directory.CreateDirectory(Pictures);
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, name + ".png") });
    }

    /// <summary>Fails when the page is wider than its window: then a phone scrolls sideways.</summary>
    public async Task CheckWidthAsync()
    {
        var (page, window) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("document.documentElement.clientWidth"));
        Assert.True(page <= window, $"the page is {page} px wide, the window {window} px");
    }

    /// <summary>Closes it, and fails when there was anything that it minds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        lock (_faults)
            Assert.True(_faults.Count == 0, string.Join('\n', _faults));
    }

    private void Note(bool isFault, string text)
    {
        if (!isFault || _expected.Exists(expected => text.Contains(expected, StringComparison.Ordinal)))
            return;
        lock (_faults)
            _faults.Add(text);
    }
}
