using System.Globalization;
using System.Text.Json;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class ExchangeInfoTests
{
    private readonly FastClock _clock = new(new DateTimeOffset(2026, 9, 25, 22, 42, 42, TimeSpan.Zero));

    [Theory]
    [Rule("B12")]
    [InlineData("exchangeInfo_full_2021-05-14.body.json.gz", 1_436, 1_065, 1_200)]
    [InlineData("exchangeInfo_trading_5symbols_2026-09-25.json", 5, 5, 6_000)]
    public async Task Recorded_exchange_info_lists_its_symbols_and_teaches_the_limit(string file, int count, int trading, int limit)
    {
        var body = Recordings.Bytes($"binance/wire/{file}");
        await using var run = await SourceRun.BinanceAsync(_clock, context => context.Response.Body.WriteAsync(body).AsTask());

        var instruments = await run.Source.ListInstrumentsAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal((count, trading), (instruments.Count, instruments.Count(i => i.IsTrading)));
        Assert.Equal(limit, run.Budget.LimitPerMinute);
        Assert.Equal(Plain(body), instruments.Select(i => (i.Symbol, i.IsTrading, i.TickSize?.ToDecimal(), i.LotSize?.ToDecimal())));
        Assert.All(instruments, i => Assert.Equal(("binance", AssetClass.Crypto), (i.Source, i.AssetClass)));
    }

    [Fact]
    [Rule("B12")]
    public void Cassette_holds_the_same_body()
    {
        var (status, _, body) = Recordings.ExVcr("binance/wire/exchangeInfo_full_2021-05-14.exvcr.json.gz");
        Assert.Equal(200, status);
        Assert.Equal(1_436, ExchangeInfoParser.Parse(System.Text.Encoding.UTF8.GetBytes(body)).Instruments.Count);
    }

    [Fact]
    [Rule("B8")]
    public void Recorded_symbol_that_is_not_ascii_is_listed()
    {
        var info = ExchangeInfoParser.Parse(Recordings.Bytes("binance/wire/exchangeInfo_trading_5symbols_2026-09-25.json"));
        Assert.Contains(info.Instruments, i => i.Symbol == "币安人生USDT");
        Assert.Equal(1_790_375_862_522, info.ServerTimeMs);
    }

    [Fact]
    [Rule("B12")]
    public void Unknown_fields_and_symbols_that_name_no_series_are_passed_over()
    {
        var info = ExchangeInfoParser.Parse("""
            {"new":{"a":[1,{"symbols":[]}]},"symbols":[{"filters":[{"x":[{}],"stepSize":"0.00000000","filterType":"LOT_SIZE"},{"filterType":"PRICE_FILTER",
            "tickSize":"0.0100"},{"filterType":"MARKET_LOT_SIZE","stepSize":"5"}],"status":"HALT","more":[[]],"symbol":"A"},{"symbol":"a b"},{}]}
            """u8);
        Assert.Equal([new Instrument("binance", "A", AssetClass.Crypto, false, new ScaledDecimal(1, 2), null)], info.Instruments);
        Assert.Null(info.WeightPerMinute);
    }

    [Theory]
    [Rule("B12")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"symbols":[{"symbol":17}]}""")]
    [InlineData("""{"symbols":[{"symbol":"A","filters":[{"tickSize":"x"}]}]}""")]
    [InlineData("""{"rateLimits":[{"limit":"many"}],"symbols":[]}""")]
    [InlineData("""{"rateLimits":[{"limit":99999999999}],"symbols":[]}""")]
    [InlineData("""{"symbols":[{"symbol":"A"}""")]
    public void Malformed_answer_is_refused(string body) =>
        Assert.Throws<BadDataException>(() => ExchangeInfoParser.Parse(System.Text.Encoding.UTF8.GetBytes(body)));

    [Fact]
    [Rule("B12")]
    public void Cut_answer_with_any_bit_flipped_is_refused()
    {
        var body = Recordings.Bytes("binance/wire/exchangeInfo_trading_5symbols_2026-09-25.json").AsSpan(0, 1_000).ToArray();
        for (var i = 0; i < body.Length * 8; i++)
        {
            var flipped = body.ToArray();
            flipped[i / 8] ^= (byte)(1 << (i % 8));
            Assert.Throws<BadDataException>(() => ExchangeInfoParser.Parse(flipped));
        }
    }

    private static List<(string, bool, decimal?, decimal?)> Plain(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("symbols").EnumerateArray()
            .Select(s => (s.GetProperty("symbol").GetString()!, s.GetProperty("status").GetString() == "TRADING", Step(s, "PRICE_FILTER", "tickSize"), Step(s, "LOT_SIZE", "stepSize")))
            .ToList();
    }

    private static decimal? Step(JsonElement symbol, string filter, string step) => symbol.GetProperty("filters").EnumerateArray()
        .Where(f => f.GetProperty("filterType").GetString() == filter)
        .Select(f => (decimal?)decimal.Parse(f.GetProperty(step).GetString()!, CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
