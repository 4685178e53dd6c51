using System.Globalization;
using Microsoft.AspNetCore.Http;
using TraderData.Connectors.Binance;

namespace TraderData.Connectors.Tests;

/// <summary>Binance's klines.</summary>
internal sealed class BinanceExchange : Exchange
{
    public override string Symbol => "BTCUSDT";

    public override IMarketDataSource Connect(Uri url, ListLogger<SourceBudget> log, SourceHttpOptions http)
    {
        var options = new BinanceOptions { BaseUrl = url, Http = http };
        return new BinanceSource(SourceHttpClient.Create(), options, new SourceBudget("binance", url, options.Budget, Budgets.WithLimitHeard(), Clock, log), Clock, new Forward<BinanceSource>(log));
    }

    public override string PageOf(params IEnumerable<WireRow> rows) => $"[{string.Join(',', rows.Select(TextOf))}]";

    public override string TextOf(WireRow row) =>
        $"[{row.TimeMs},\"{row.Open}\",\"{row.High}\",\"{row.Low}\",\"{row.Close}\",\"{row.Volume}\",{row.CloseMs ?? row.TimeMs + 3_599_999},\"1.5\",{row.Trades},\"0.1\",\"0.2\",\"0\"]";

    protected override bool IsClockRequest(HttpRequest request) => request.Path == "/api/v3/time";

    protected override string ClockBody() => $"{{\"serverTime\":{NowMs}}}";

    protected override string AnswerOf(IQueryCollection query) => PageOf(
        Between(Number(query, "startTime"), Number(query, "endTime")).Take((int)Number(query, "limit")));

    private static long Number(IQueryCollection query, string name) => long.Parse(query[name]!, NumberStyles.None, CultureInfo.InvariantCulture);
}
