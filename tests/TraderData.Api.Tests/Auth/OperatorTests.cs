using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>Who may change something: programs on this machine, and who has the operator's key.</summary>
public sealed class OperatorTests
{
    private const string Key = "an-operators-key-of-more-than-32-characters";
    private static readonly (string, string) FromPage = ("Origin", "http://localhost:8000");
    private static readonly (string, string) Right = ("Authorization", $"Bearer {Key}");

    private readonly ModelJobs _jobs = new();

    [Fact]
    public async Task Key_lets_a_web_page_and_a_proxy_change_jobs()
    {
        await using var api = await StartAsync(Key);
        foreach (var header in new[] { FromPage, ("X-Forwarded-For", "203.0.113.7"), ("Host", "data.example.com") })
            Assert.Equal(200, (await api.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", header, Right)).Status);
        Assert.Equal(3, _jobs.Done.Count);
        Assert.Equal("""{"success":true,"status":"operator"}""", (await api.SendAsync(HttpMethod.Get, "/api/operator", FromPage, Right)).Text);
    }

    [Fact]
    public async Task Wrong_key_is_refused_on_this_machine_too_and_slowed_down()
    {
        await using var api = await StartAsync(Key);
        for (var i = 0; i < FailureGuard.MaxFailures; i++)
        {
            var answer = await api.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", ("Authorization", $"Bearer {Key}{i}"));
            Assert.Equal((401, "Bearer"), (answer.Status, answer["WWW-Authenticate"]));
            Assert.Contains("OPERATOR_KEY", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Key, answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal(429, (await api.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", ("Authorization", "Bearer no"))).Status);
        Assert.Empty(_jobs.Done);

        // The right one is let through all the same, and so is a program here that names none.
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", FromPage, Right)).Status);
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Post, "/api/jobs/seal/run")).Status);
    }

    [Fact]
    public async Task Page_without_a_key_is_told_to_send_it_or_that_there_is_none()
    {
        await using var closed = await StartAsync(Key);
        var missing = await closed.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", FromPage);
        Assert.Equal((401, true), (missing.Status, missing.Text.Contains("operator's key", StringComparison.Ordinal)));
        await using var none = await StartAsync(null);
        var refused = await none.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", FromPage, Right);
        Assert.Equal((403, true), (refused.Status, refused.Text.Contains("set OPERATOR_KEY", StringComparison.Ordinal)));
        Assert.Empty(_jobs.Done);

        // A program here that sends a vendor's key with all that it asks is here all the same.
        Assert.Equal(200, (await none.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", ("Authorization", "Bearer vk_of-a-vendor"))).Status);
    }

    [Fact]
    public async Task Key_reads_bars_and_rounds_where_they_need_one_and_nothing_of_vendors()
    {
        await using var api = await StartAsync(Key, closed: true);
        const string Bars = "/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h";
        Assert.Equal(401, (await api.GetAsync(Bars)).Status);
        Assert.Equal(401, (await api.SendAsync(HttpMethod.Get, Bars, ("Authorization", "Bearer vk_wrong"))).Status);
        var answer = await api.SendAsync(HttpMethod.Get, Bars, Right);
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("public", answer["Cache-Control"], StringComparison.Ordinal);
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, "/api/rounds", Right)).Status);
        Assert.Equal(404, (await api.SendAsync(HttpMethod.Get, "/api/rounds/current/manifest", Right)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("31 characters are one too few..")]
    public void Key_that_is_too_short_is_refused_without_being_told(string key)
    {
        var e = Assert.Throws<ArgumentException>(() => new OperatorKey(key));
        Assert.Contains($"has {key.Length}", e.Message, StringComparison.Ordinal);
        Assert.True(key.Length == 0 || !e.Message.Contains(key, StringComparison.Ordinal));
    }

    private async Task<ApiHost> StartAsync(string? key, bool closed = false)
    {
        _jobs.Jobs.Add(new ScheduledJob("seal", null, false, null, []));
        return await ApiHost.StartAsync(await Sample.StoreAsync(), (WebApplicationBuilder builder) =>
        {
            _jobs.AddTo(builder);
            builder.Services.AddSingleton(new ApiOptions { OperatorKey = key is null ? null : new OperatorKey(key), RequireMarketDataAuth = closed });
        });
    }
}
