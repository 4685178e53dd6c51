using System.Net;
using System.Text.RegularExpressions;

namespace TraderData.Console.Tests;

/// <summary>How the page comes over HTTP.</summary>
public sealed partial class ServingTests(ConsoleHost host)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("text/html;q=0", "application/json")]
    [InlineData(null, "application/json")]
    public async Task The_root_gives_the_page_to_browsers_and_JSON_to_others(string? accept, string expected)
    {
        using var answer = await SendAsync("/", accept);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(expected, answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Fact]
    public async Task The_page_is_strict_and_its_assets_are_kept_for_ever()
    {
        using var page = await SendAsync("/", "text/html");
        var html = await page.Content.ReadAsStringAsync(Token);
        Assert.Equal("default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(page.Headers.GetValues("Referrer-Policy")));
        Assert.True(page.Headers.CacheControl!.NoCache);

        var assets = Asset().Matches(html).Select(match => match.Groups["path"].Value).ToList();
        Assert.True(assets.Count >= 3, html);
        foreach (var asset in assets)
        {
            using var answer = await SendAsync(asset, null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Equal(asset.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript" : asset.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "image/svg+xml", answer.Content.Headers.ContentType!.MediaType);
        }
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task An_asset_is_sent_compressed_and_not_twice(string coding)
    {
        using var page = await SendAsync("/", "text/html");
        var script = Asset().Matches(await page.Content.ReadAsStringAsync(Token)).Select(match => match.Groups["path"].Value).First(path => path.EndsWith(".js", StringComparison.Ordinal));
        using var plain = await SendAsync(script, null);
        using var first = await SendAsync(script, null, ("Accept-Encoding", coding));
        Assert.Equal([coding], first.Content.Headers.ContentEncoding);
        Assert.True(first.Content.Headers.ContentLength < plain.Content.Headers.ContentLength / 2);

        using var second = await SendAsync(script, null, ("Accept-Encoding", coding), ("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.NotEqual(plain.Headers.ETag, first.Headers.ETag);
    }

    [Fact]
    public async Task An_asset_that_is_not_there_is_a_plain_error()
    {
        using var answer = await SendAsync("/assets/..%2findex.html", "text/html");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("NOT_FOUND", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? accept, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            Assert.True(request.Headers.TryAddWithoutValidation("Accept", accept));
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await client.SendAsync(request, Token);
    }

    [GeneratedRegex("(?:src|href)=\"\\.(?<path>/assets/[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Asset();
}
