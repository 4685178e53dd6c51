using Microsoft.AspNetCore.Http;
using TraderData.Connectors.Alpaca;
using TraderData.Connectors.Binance;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>A source that asks a server of the test's own.</summary>
internal sealed class SourceRun<TSource> : IAsyncDisposable
    where TSource : IMarketDataSource
{
    private readonly WireServer _server;

    private SourceRun(WireServer server, TSource source, SourceBudget budget) => (_server, Source, Budget) = (server, source, budget);

    public TSource Source { get; }

    public SourceBudget Budget { get; }

    public IReadOnlyList<string> Requests => _server.Requests;

    public static async Task<SourceRun<TSource>> StartAsync(Func<HttpContext, Task> answer, Func<Uri, (TSource, SourceBudget)> connect)
    {
        var server = await WireServer.StartAsync(answer);
        var (source, budget) = connect(server.Url);
        return new SourceRun<TSource>(server, source, budget);
    }

    public async Task<List<BarPage>> FetchAsync(string symbol, Timeframe timeframe, TimeRange range)
    {
        var pages = new List<BarPage>();
        await foreach (var page in Source.FetchBarsAsync(symbol, timeframe, range, TestContext.Current.CancellationToken))
            pages.Add(page);
        return pages;
    }

    public async ValueTask DisposeAsync()
    {
        Budget.Dispose();
        await _server.DisposeAsync();
    }
}

internal static class SourceRun
{
    private static readonly SourceHttpOptions Http = new() { AttemptTimeout = FastClock.Deadline };

    /// <summary>Binance, whose clock shows what <paramref name="clock"/> shows.</summary>
    public static Task<SourceRun<BinanceSource>> BinanceAsync(FastClock clock, Func<HttpContext, Task> answer, IBudgetStore? budgets = null)
    {
        var log = new ListLogger<BinanceSource>();
        return SourceRun<BinanceSource>.StartAsync(
            context => context.Request.Path == "/api/v3/time"
                ? Exchange.WriteAsync(context, $"{{\"serverTime\":{clock.GetUtcNow().ToUnixTimeMilliseconds()}}}")
                : answer(context),
            url =>
            {
                var options = new BinanceOptions { BaseUrl = url, Http = Http };
                var budget = new SourceBudget("binance", url, options.Budget, budgets ?? Budgets.WithLimitHeard(), clock, log);
                return (new BinanceSource(SourceHttpClient.Create(), options, budget, clock, log), budget);
            });
    }

    /// <summary>Alpaca, whose answers have the date of <paramref name="clock"/>.</summary>
    public static Task<SourceRun<AlpacaSource>> AlpacaAsync(FastClock clock, Func<HttpContext, Task> answer, string feed = "iex", AlpacaCredentials? credentials = null, bool withAssets = false)
    {
        var log = new ListLogger<AlpacaSource>();
        return SourceRun<AlpacaSource>.StartAsync(
            context =>
            {
                context.Response.Headers.Date = clock.GetUtcNow().ToString("R");
                return answer(context);
            },
            url =>
            {
                var options = new AlpacaOptions { DataUrl = url, Http = Http, Feed = feed, Credentials = credentials, Symbols = ["AAPL", "BTC/USD"] };
                var budget = new SourceBudget("alpaca", url, options.Budget, new MemoryBudgetStore(), clock, log);
                var assets = withAssets
                    ? new AlpacaAssets(SourceHttpClient.Create(), url, options, new SourceBudget("alpaca trading", url, options.Budget, new MemoryBudgetStore(), clock, log), clock, new ListLogger<AlpacaAssets>())
                    : null;
                return (new AlpacaSource(SourceHttpClient.Create(), options, budget, clock, log) { Assets = assets }, budget);
            });
    }
}
