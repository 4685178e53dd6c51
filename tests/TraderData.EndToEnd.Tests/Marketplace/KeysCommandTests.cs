using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace TraderData.EndToEnd.Tests;

/// <summary><c>trader-data keys</c> makes secrets that the running service takes, on a folder alone.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private const string Pepper = "a pepper that is long enough to be one";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Dictionary<string, string> Settings => new() { ["TRADER_DATA_DIR"] = _folder.Path, ["INFRA_TOKEN_PEPPER"] = Pepper, ["MARKET_DATA_AUTH"] = "required" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Key_that_was_made_opens_the_running_service_until_it_is_revoked()
    {
        await using var service = TraderDataProcess.Start(Settings, "serve", "--role", "api", "--urls", "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = new Uri((await service.WaitForAsync("Listening on ", Cancellation)).Split(' ')[2].TrimEnd('.')) };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/api/data/symbols", null));

        var made = (await TraderDataProcess.RunAsync(Settings, "keys", "create-vendor", "--name", "Acme", "--owner", "acme")).Expect(0);
        var key = made.Output.TrimEnd('\n');
        Assert.Matches("^vk_[A-Za-z0-9_-]{43}$", key);
        Assert.DoesNotContain(key, made.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/api/data/symbols", key));
        Assert.Contains("'acme' is another vendor's", (await TraderDataProcess.RunAsync(Settings, "keys", "create-vendor", "--name", "acme")).Expect(2).Error, StringComparison.Ordinal);

        using var listed = JsonDocument.Parse((await TraderDataProcess.RunAsync(Settings, "keys", "list", "--json")).Expect(0).Output);
        var entry = Assert.Single(listed.RootElement.EnumerateArray());
        Assert.Equal(("vendor key", "Acme", "live"), (Text(entry, "kind"), Text(entry, "vendor"), Text(entry, "state")));

        var code = (await TraderDataProcess.RunAsync(Settings, "keys", "create-auth-code", "--vendor", Text(entry, "vendor_id"))).Expect(0).Output.TrimEnd('\n');
        using var exchanged = await client.PostAsync(new Uri("/api/marketplace/vendor/auth/exchange", UriKind.Relative), new StringContent($$"""{"auth_code":"{{code}}"}"""), Cancellation);
        Assert.Equal(HttpStatusCode.OK, exchanged.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/deployments") { Content = new StringContent("""{"name":"a","provider":"byoc","cpu":1,"memory":1,"image":"i"}""") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var deployed = JsonDocument.Parse(await (await client.SendAsync(request, Cancellation)).Content.ReadAsStringAsync(Cancellation));
        var deployment = Text(deployed.RootElement.GetProperty("data"), "deployment_id");
        var token = (await TraderDataProcess.RunAsync(Settings, "keys", "create-deployment-token", "--deployment", deployment, "--days", "1")).Expect(0).Output.TrimEnd('\n');
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, $"/api/deployments/{deployment}/status", token));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(client, "/api/catalog", token));

        // A service that has not met the key within the last minute asks for it.
        await TraderDataProcess.RunAsync(Settings, "keys", "revoke", Text(entry, "token"));
        Assert.Contains("revoked", (await TraderDataProcess.RunAsync(Settings, "keys", "list")).Expect(0).Output, StringComparison.Ordinal);
        await using var other = TraderDataProcess.Start(Settings, "serve", "--role", "api", "--urls", "http://127.0.0.1:0");
        using var there = new HttpClient { BaseAddress = new Uri((await other.WaitForAsync("Listening on ", Cancellation)).Split(' ')[2].TrimEnd('.')) };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(there, "/api/data/symbols", key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(there, $"/api/deployments/{deployment}/status", token));

        var kept = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "marketplace", "journal.jsonl"), Cancellation);
        foreach (var secret in new[] { key, code, token, Pepper })
        {
            foreach (var text in new[] { kept, service.Error, service.Output, other.Error, other.Output })
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://127.0.0.1:0;http://*:0")]
    [InlineData("http://[::]:0")]
    public async Task Service_that_others_reach_does_not_start_without_a_pepper_and_says_what_to_do(string urls)
    {
        var settings = new Dictionary<string, string> { ["TRADER_DATA_DIR"] = _folder.Path };
        var ended = (await TraderDataProcess.RunAsync(settings, "serve", "--role", "api", "--urls", urls)).Expect(2);
        foreach (var part in (string[])[urls, "INFRA_TOKEN_PEPPER is not set", "trader-data keys create-vendor", "MARKET_DATA_AUTH=open"])
            Assert.Contains(part, ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys create-vendor --name Acme", "INFRA_TOKEN_PEPPER is not set")]
    [InlineData("keys revoke tok_none", "there is no token 'tok_none' that counts")]
    [InlineData("keys create-auth-code --vendor vnd_none", "INFRA_TOKEN_PEPPER is not set")]
    public async Task Misuse_is_told(string line, string expected)
    {
        var ended = await TraderDataProcess.RunAsync(new Dictionary<string, string> { ["TRADER_DATA_DIR"] = _folder.Path }, line.Split(' '));
        Assert.Contains(expected, ended.Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal("", ended.Output);
    }

    [Fact]
    public async Task Wrong_settings_are_told_without_the_secret()
    {
        var settings = new Dictionary<string, string>
        {
            ["TRADER_DATA_DIR"] = _folder.Path,
            ["INFRA_TOKEN_PEPPER"] = "short-hush",
            ["MARKET_DATA_AUTH"] = "maybe",
            ["TraderData__CorsOrigins__0"] = "https://app.example.com/path",
        };
        var ended = (await TraderDataProcess.RunAsync(settings, "keys", "list")).Expect(2);
        foreach (var part in (string[])["at least 32 characters, has 10", "MARKET_DATA_AUTH must be auto, open or required, was 'maybe'", "CorsOrigins must be origins"])
            Assert.Contains(part, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("short-hush", ended.Error, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
