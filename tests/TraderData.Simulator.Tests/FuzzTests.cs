using System.Globalization;
using System.Text.Json;
using FsCheck.Fluent;

namespace TraderData.Simulator.Tests;

/// <summary>Whatever is asked, the answer is one that an exchange gives: JSON with rows or with a message, never a failure of the simulator.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Numbers =
        ["0", "1", "-1", "1795186800000", "1755046800000", "99999999999999999999", "9223372036854775807", "253402300799999", "", "x", "1e3"];

    private static readonly string[] Times =
        ["2024-06-03", "2024-06-03T13:30:00Z", "2024-06-03T13:30:00.5-04:00", "0001-01-01", "9999-12-31", "2026-11-20T14:59:00Z", "", "0", "2024-13-01", "2024-06-03T13:30:00"];

    [Fact]
    public async Task Any_klines_query_is_answered()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => (o.BinanceWeightPerMinute, o.AcceptAnySymbol) = (int.MaxValue, true));
        await CheckAsync(simulator, "/api/v3/klines", [
            ("symbol", ["BTCUSDT", "币安人生USDT", "LTCBTC", "BCCUSDT", "", "A", "a", "USDT", "\ud83d", "A/B", new string('Z', 60)]),
            ("interval", ["1m", "5m", "1h", "1d", "3d", "1w", "1M", "", "1s", "M1"]),
            ("startTime", Numbers), ("endTime", Numbers), ("limit", ["1", "5", "1000", "1001", "0", "", "99999999999", "x"]), ("foo", ["1"])]);
    }

    [Theory]
    [InlineData("/v2/stocks/bars")]
    [InlineData("/v1beta3/crypto/us/bars")]
    public async Task Any_bars_query_is_answered(string path)
    {
        await using var simulator = await SimulatorClient.StartAsync(o => (o.AlpacaRequestsPerMinute, o.AcceptAnySymbol, o.ShortPages) = (int.MaxValue, true, true));
        await CheckAsync(simulator, path, [
            ("symbols", ["SPY", "BTC/USD", "SPY,AAPL", "BTC/USD,ETH/USD,X/USD", "", ",", "\"", "\ud83d", "/", "USD"]),
            ("timeframe", ["1Min", "5Min", "7Min", "1Hour", "4Hour", "23Hour", "1Day", "1Week", "1D", "", "1Month", "99Min"]),
            ("start", Times), ("end", Times), ("limit", ["1", "7", "100", "0", "", "10001"]), ("feed", ["iex", "sip", "otc"]), ("sort", ["asc", "desc", "up"]),
            ("page_token", ["U1BZfE18MTcxNzQyMTcwMDAwMDAwMDAwMA==", "QlRDL1VTRHxNfC05MjIzMzcyMDM2ODU0Nzc1ODA4", "QlRDL1VTRHxNfDkyMjMzNzIwMzY4NTQ3NzU4MDc=", "====", "x"])]);
    }

    private static async Task CheckAsync(SimulatorClient simulator, string path, (string Name, string[] Values)[] parameters)
    {
        var value = from parameter in Gen.Elements(parameters) from text in Gen.Elements(parameter.Values) select (parameter.Name, text);
        var answered = 0;
        foreach (var query in Gen.Choose(0, 5).SelectMany(count => value.ListOf(count)).Sample(600))
        {
            // The first two must be there for anything to be read, so most questions have them right.
            var known = parameters[..2].Select(parameter => (parameter.Name, parameter.Values[0])).ToDictionary();
            foreach (var (name, text) in query)
                known[name] = text;
            var url = path + "?" + string.Join('&', known.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
            var answer = await simulator.GetAsync(url);
            var status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
            Assert.True(status is "200" or "400" or "403", $"{status} for {url}: {answer.Body}");
            using var json = JsonDocument.Parse(answer.Body);
            Assert.Equal(status != "200", json.RootElement.ValueKind == JsonValueKind.Object && !json.RootElement.TryGetProperty("bars", out _));
            answered += status == "200" ? 1 : 0;
        }

        Assert.InRange(answered, 60, 540);
    }
}
