using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TraderData.EndToEnd.Tests;

/// <summary>Where metrics are answered, and to whom.</summary>
public sealed class MetricsPortTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Own_port_answers_metrics_and_nothing_else_and_the_main_port_no_metrics()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort();
        var settings = new Dictionary<string, string> { ["TRADER_DATA_DIR"] = folder.Path, ["METRICS_PORT"] = port.ToString(CultureInfo.InvariantCulture) };
        await using var service = TraderDataProcess.Start(settings, "serve", "--role", "api", "--urls", "http://127.0.0.1:0");
        var main = await AddressOfAsync(service);
        using var client = new HttpClient();

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, new Uri(main, "/metrics")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, new Uri(main, "/health")));
        var own = new Uri($"http://127.0.0.1:{port}");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, new Uri(own, "/health")));
        var text = await client.GetStringAsync(new Uri(own, "/metrics"), Cancellation);
        Assert.Equal(0, PrometheusText.Parse(text).Sum("trader_data_streams_open"));
    }

    [Fact]
    public async Task Metrics_are_for_this_machine_alone_where_bars_need_a_key()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string>
        {
            ["TRADER_DATA_DIR"] = folder.Path,
            ["MARKET_DATA_AUTH"] = "required",
            ["INFRA_TOKEN_PEPPER"] = "a pepper of the tests of more than 32 characters",
        };
        await using var service = TraderDataProcess.Start(settings, "serve", "--role", "api", "--urls", "http://127.0.0.1:0");
        var main = await AddressOfAsync(service);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, new Uri(main, "/metrics")));

        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(client, new Uri(main, "/metrics")));
    }

    [Fact]
    public async Task Metrics_port_must_be_another_one_than_the_main_port()
    {
        var ended = await TraderDataProcess.RunAsync(new Dictionary<string, string> { ["PORT"] = "8123", ["METRICS_PORT"] = "8123" }, "series");

        Assert.Contains("METRICS_PORT must be 0 (none) to 65535 and another one than PORT, was 8123", ended.Expect(2).Error, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, Uri address)
    {
        using var answer = await client.GetAsync(address, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<Uri> AddressOfAsync(TraderDataProcess service) => new((await service.WaitForAsync("Listening on ", Cancellation)).Split(' ')[2].TrimEnd('.'));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
