using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Api.Tests;

public sealed class FaultTests
{
    private const string Latest = "/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h";

    [Theory]
    [InlineData(Latest)]
    [InlineData("/api/data/candles?symbol=BTCUSDT&interval=1h")]
    [InlineData("/api/data/symbols")]
    [InlineData("/api/data/coverage?symbol=BTCUSDT&tf=1h")]
    public async Task Unreachable_store_gives_503_with_Retry_After(string request)
    {
        var store = new FaultyStore(await Sample.StoreAsync()) { BeforeLookup = _ => throw new StorageException(StorageErrorKind.Unavailable, "postgres at db:5432 is down") };
        await using var api = await ApiHost.StartAsync(store);
        var answer = await api.GetAsync(request);
        Assert.Equal(503, answer.Status);
        Assert.Equal(new RetryConditionHeaderValue(TimeSpan.FromSeconds(5)), answer.Headers.RetryAfter);
        Assert.Equal("""{"success":false,"error":"STORE_UNAVAILABLE","message":"the store cannot be reached at the moment; try again in some seconds"}""", answer.Text);
        Assert.Contains(api.Log.Entries, e => e is { Level: LogLevel.Warning, Id: 6002 } && e.Text.Contains("db:5432", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StorageErrorKind.Damaged)]
    [InlineData(StorageErrorKind.Refused)]
    [InlineData(null)]
    public async Task Unexpected_fault_gives_500_without_internals_and_is_logged(StorageErrorKind? kind)
    {
        Exception fault = kind is { } known ? new StorageException(known, "secret/path") : new InvalidOperationException("secret/path");
        var store = new FaultyStore(await Sample.StoreAsync()) { BeforeLookup = _ => throw fault };
        await using var api = await ApiHost.StartAsync(store);
        var answer = await api.GetAsync(Latest);
        Assert.Equal(500, answer.Status);
        Assert.Equal("""{"success":false,"error":"INTERNAL_ERROR","message":"the server failed to answer; its log says why"}""", answer.Text);
        Assert.Contains(api.Log.Entries, e => e is { Level: LogLevel.Error, Id: 6000 });
    }

    [Theory]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=5m")]
    [InlineData("/api/data/coverage?symbol=BTCUSDT&tf=5m")]
    public async Task Unknown_timeframe_is_answered_without_listing_the_whole_store(string request)
    {
        var store = new FaultyStore(await Sample.StoreAsync()) { BeforeList = _ => throw new InvalidOperationException("every bar of the store is counted") };
        await using var api = await ApiHost.StartAsync(store);
        var answer = await api.GetAsync(request);
        Assert.Equal(404, answer.Status);
        Assert.Contains("BTCUSDT is not held at 5m; it is at 1h, 1d", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_before_the_first_bytes_went_out_still_gives_an_error_answer()
    {
        var store = new FaultyStore(await Sample.StoreAsync()) { AfterBlock = (_, _) => throw new StorageException(StorageErrorKind.Unavailable, "gone") };
        await using var api = await ApiHost.StartAsync(store);
        Assert.Equal(503, (await api.GetAsync(Latest)).Status);
    }

    [Fact]
    public async Task Fault_in_the_middle_of_a_long_read_gives_an_error_and_no_part_of_the_answer()
    {
        var store = new FaultyStore(await LongSeries.StoreAsync(20_000))
        {
            AfterBlock = (blocks, _) => blocks == 10 ? throw new StorageException(StorageErrorKind.Damaged, "half a file") : Task.CompletedTask,
        };
        await using var api = await ApiHost.StartAsync(store);
        var answer = await api.GetAsync("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=20000");
        Assert.Equal(500, answer.Status);
        Assert.StartsWith("""{"success":false,"error":"INTERNAL_ERROR",""", answer.Text, StringComparison.Ordinal);
        Assert.Null(answer["ETag"] ?? answer["Cache-Control"]);
    }

    [Fact]
    public async Task Bars_that_cannot_be_given_give_500_that_names_them()
    {
        var store = new FaultyStore(await Sample.StoreAsync())
        {
            AfterBlock = (_, _) => throw new BadDataException("binance:BTCUSDT:1h 2024-01-31T20:00:00Z", "a price of 0.000000000000000001 beside 999999999", "18 digits in all"),
        };
        await using var api = await ApiHost.StartAsync(store);
        var answer = await api.GetAsync(Latest);
        Assert.Equal(500, answer.Status);
        Assert.Equal(
            """{"success":false,"error":"DATA_FAULT","message":"what is held cannot be given: binance:BTCUSDT:1h 2024-01-31T20:00:00Z: a price of 0.000000000000000001 beside 999999999; expected 18 digits in all"}""",
            answer.Text);
        Assert.Contains(api.Log.Entries, e => e is { Level: LogLevel.Error, Id: 6000 });
    }

    [Fact]
    public async Task Fault_in_an_answer_that_has_begun_breaks_off_the_connection()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), map: app => app.MapGet("/half", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await begun.Task;
            throw new InvalidOperationException("the other half");
        }));
        using var response = await api.Client.GetAsync(new Uri("/half", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        begun.SetResult();
        Assert.Equal(200, (int)response.StatusCode);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(fault is HttpRequestException or IOException, fault.ToString());
        Assert.Contains(api.Log.Entries, e => e is { Level: LogLevel.Error, Id: 6001 });
    }

    [Fact]
    public async Task Not_ready_names_every_check_that_fails()
    {
        var store = new FaultyStore(await Sample.StoreAsync()) { BeforeLookup = _ => throw new StorageException(StorageErrorKind.Unavailable, "postgres at db:5432 is down") };
        await using var api = await ApiHost.StartAsync(store, builder => builder.Services.AddSingleton<IReadinessCheck, FailingCheck>());
        var answer = await api.GetAsync("/ready");
        Assert.Equal(503, answer.Status);
        Assert.NotNull(answer.Headers.RetryAfter);
        using var json = JsonDocument.Parse(answer.Text);
        Assert.Equal("NOT_READY", json.RootElement.GetProperty("error").GetString());
        Assert.Equal("not ready: store: postgres at db:5432 is down; queue failed", json.RootElement.GetProperty("message").GetString());
        Assert.Equal(200, (await api.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Not_ready_when_the_store_does_not_answer_in_time()
    {
        var store = new FaultyStore(await Sample.StoreAsync()) { BeforeLookup = _ => new TaskCompletionSource().Task };
        await using var api = await ApiHost.StartAsync(store, builder => builder.Services.AddSingleton(TimeProvider.System));
        var answer = await api.GetAsync("/ready");
        Assert.Equal(503, answer.Status);
        Assert.Contains("store did not answer within 2 s", answer.Text, StringComparison.Ordinal);
    }

    private sealed class FailingCheck : IReadinessCheck
    {
        public string Name => "queue";

        public Task CheckAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("secret");
    }
}
