using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>What a chart is told of symbols, and how mistakes are told.</summary>
public sealed class UdfSymbolTests
{
    [Theory]
    [InlineData("0.01", 1, 100)]
    [InlineData("0.25", 25, 100)]
    [InlineData("5", 5, 1)]
    [InlineData("0.00000100", 1, 1_000_000)]
    public async Task Step_of_a_price_is_that_of_the_instrument_book(string tick, long minmov, long pricescale)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var book = api.Services.GetRequiredService<IInstrumentBook>();
        var listed = new Instrument("binance", "BTCUSDT", AssetClass.Crypto, IsTrading: true, Sample.Number(tick), LotSize: null);
        await book.UpdateAsync("binance", [listed], Sample.Start, TestContext.Current.CancellationToken);
        using var symbol = await ReadAsync(api, "BTCUSDT");
        Assert.Equal((minmov, pricescale), (symbol.RootElement.GetProperty("minmov").GetInt64(), symbol.RootElement.GetProperty("pricescale").GetInt64()));
    }

    [Theory]
    [InlineData("AAPL", "0930-1600", "America/New_York", 1_000, "1D 1W", "endofday")]
    [InlineData("BTC/USD", "24x7", "Etc/UTC", 1_000, "60 240 1D 1W", "streaming")]
    [InlineData("ÄÖÜ币安", "24x7", "Etc/UTC", 1, "60 240 1D 1W", "streaming")]
    public async Task Symbol_is_described_by_what_is_held_of_it(string name, string session, string zone, long pricescale, string resolutions, string status)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        using var symbol = await ReadAsync(api, Uri.EscapeDataString(name));
        var root = symbol.RootElement;
        Assert.Equal((session, zone, status), (root.GetProperty("session").GetString(), root.GetProperty("timezone").GetString(), root.GetProperty("data_status").GetString()));
        Assert.Equal(pricescale, root.GetProperty("pricescale").GetInt64());
        Assert.Equal(resolutions, string.Join(' ', root.GetProperty("supported_resolutions").EnumerateArray().Select(r => r.GetString())));
        Assert.Equal(resolutions.StartsWith('6'), root.GetProperty("has_intraday").GetBoolean());

        // What it is told to be readable can be read.
        foreach (var resolution in root.GetProperty("supported_resolutions").EnumerateArray())
        {
            var history = await api.GetAsync($"/udf/history?symbol={Uri.EscapeDataString(name)}&resolution={resolution}&to=1800000000&countback=5");
            Assert.DoesNotContain("errmsg", history.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/udf/symbols", "symbol is required, as in symbol=BTCUSDT")]
    [InlineData("/udf/symbols?symbol=DOGE", "nothing is held of DOGE; /api/data/symbols lists what is")]
    [InlineData("/udf/symbols?symbol=ALPACA:BTCUSDT", "nothing is held of ALPACA:BTCUSDT; /api/data/symbols lists what is")]
    [InlineData("/udf/symbols?symbol=BTCUSDT&colour=red", "there is no parameter 'colour'; this endpoint takes symbol, currencyCode, unitId")]
    [InlineData("/udf/search?limit=0", "limit must be 1 to 1000, was '0'")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=7&from=1&to=2", "resolution must be one of 1 5 15 30 60 240 1D 1W, was '7'")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=60&from=1", "to is required, as in to=1706760000")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=60&to=2", "from is required, as in from=1706731200")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=60&from=2&to=2", "from must be before to, but from is 2 and to is 2")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=60&from=soon&to=2", "from must be Unix seconds, as in from=1706731200, was 'soon'")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=60&to=2&countback=50001", "countback must be 1 to 50000, was '50001'")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=1&from=1&to=2", "BTCUSDT is not held at 1m; it is at 1h, 1d")]
    public async Task Mistake_is_told_as_chart_libraries_read_it(string target, string message)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.GetAsync(target);
        Assert.Equal(200, answer.Status);
        using var error = JsonDocument.Parse(answer.Text);
        Assert.Equal(("error", message), (error.RootElement.GetProperty("s").GetString(), error.RootElement.GetProperty("errmsg").GetString()));
        Assert.Equal("no-store", answer["Cache-Control"]);
    }

    [Fact]
    public async Task Store_that_fails_is_a_503_and_no_answer_of_udf()
    {
        var store = new FaultyStore(await Sample.StoreAsync()) { BeforeLookup = _ => throw new StorageException(StorageErrorKind.Unavailable, "postgres at db:5432 is down") };
        await using var api = await ApiHost.StartAsync(store);
        var answer = await api.GetAsync("/udf/history?symbol=BTCUSDT&resolution=60&to=2&countback=5");
        Assert.Equal(503, answer.Status);
        Assert.Contains("STORE_UNAVAILABLE", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/udf/config")]
    [InlineData("/udf/time")]
    [InlineData("/udf/symbols?symbol=BTCUSDT")]
    [InlineData("/udf/search?query=B")]
    [InlineData("/udf/history?symbol=BTCUSDT&resolution=60&to=2&countback=5")]
    public async Task Chart_needs_a_key_where_market_data_does(string target)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), builder => builder.Services.AddSingleton(new ApiOptions { RequireMarketDataAuth = true }));
        var bars = await api.GetAsync("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h");
        Assert.NotEqual(200, bars.Status);
        Assert.Equal(bars.Status, (await api.GetAsync(target)).Status);
    }

    private static async Task<JsonDocument> ReadAsync(ApiHost api, string symbol) => JsonDocument.Parse((await api.GetAsync($"/udf/symbols?symbol={symbol}")).Text);
}
