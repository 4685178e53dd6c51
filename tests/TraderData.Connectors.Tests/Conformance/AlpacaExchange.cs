using System.Globalization;
using Microsoft.AspNetCore.Http;
using TraderData.Connectors.Alpaca;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>Alpaca's bars, with pages of 1,000 rows so that a test of paging need not be large.</summary>
internal sealed class AlpacaExchange(string symbol) : Exchange
{
    public const string Key = "PKLOOKSLIKEAKEY00001";
    public const string Secret = "sEcReTthatMustNeverShow+/=";
    private const int PageRows = 1_000;

    public override string Symbol => symbol;

    public string Feed { get; init; } = "iex";

    public override IMarketDataSource Connect(Uri url, ListLogger<SourceBudget> log, SourceHttpOptions http)
    {
        var options = new AlpacaOptions { DataUrl = url, Http = http, Feed = Feed, Credentials = new AlpacaCredentials(Key, Secret), Symbols = [symbol] };
        return new AlpacaSource(SourceHttpClient.Create(), options, new SourceBudget("alpaca", url, options.Budget, new MemoryBudgetStore(), Clock, log), Clock, new Forward<AlpacaSource>(log));
    }

    public override string PageOf(params IEnumerable<WireRow> rows) => Page(rows, null);

    public override string TextOf(WireRow row)
    {
        var vwap = row.Vwap is null ? "" : $",\"vw\":{row.Vwap}";
        return $"{{\"c\":{row.Close},\"h\":{row.High},\"l\":{row.Low},\"n\":{row.Trades},\"o\":{row.Open},\"t\":\"{TimeText.Iso(row.TimeMs)}\",\"v\":{row.Volume}{vwap}}}";
    }

    protected override bool IsClockRequest(HttpRequest request) => request.Path.Value!.Contains("latest", StringComparison.Ordinal);

    protected override string ClockBody() => """{"bars":{}}""";

    protected override string AnswerOf(IQueryCollection query)
    {
        Assert.True(TimeText.TryParse(query["start"], out var startMs));
        Assert.True(TimeText.TryParse(query["end"], out var endMs));
        var skip = query["page_token"] is [{ } token] ? int.Parse(token.TrimEnd('='), CultureInfo.InvariantCulture) : 0;
        var rows = Between(startMs, endMs).Skip(skip).ToList();
        return Page(rows.Take(PageRows), rows.Count > PageRows ? $"{skip + PageRows}==" : null);
    }

    private string Page(IEnumerable<WireRow> rows, string? token)
    {
        var texts = rows.Select(TextOf).ToList();
        var bars = texts.Count == 0 ? "{}" : $"{{\"{symbol}\":[{string.Join(',', texts)}]}}";
        return $"{{\"bars\":{bars},\"next_page_token\":{(token is null ? "null" : $"\"{token}\"")}}}";
    }
}
