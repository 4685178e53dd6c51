using System.Text;

namespace TraderData.Simulator;

/// <summary>Writes <c>/v2/assets</c> of Alpaca's trading API and the symbol changes of <c>/v1/corporate-actions</c>.</summary>
internal static class AlpacaAssetList
{
    // What really happened to symbols of the catalog. The first change comes on a page of its own; a change of the name alone keeps its symbol.
    private static readonly (string Old, string New, string Date)[] Changes = [("FB", "META", "2022-06-09"), ("GOOGL", "GOOGL", "2015-10-02"), ("IWMX", "IWM", "2019-03-01")];

    /// <summary>Every stock and coin of the catalog, and a stock that is not traded any more.</summary>
    public static WireAnswer Assets()
    {
        var assets = InstrumentCatalog.Alpaca.Select(Text).Append(Text("FB", "us_equity", "inactive", ""));
        return Json($"[{string.Join(',', assets)}]");
    }

    /// <summary>The symbol changes, two pages of them.</summary>
    public static WireAnswer NameChanges(string? pageToken)
    {
        var page = pageToken is null ? Changes.Take(1) : Changes.Skip(1);
        var changes = page.Select(c => $$"""{"id":"{{c.Old}}-{{c.Date}}","new_cusip":"","new_symbol":"{{c.New}}","old_cusip":"","old_symbol":"{{c.Old}}","process_date":"{{c.Date}}"}""");
        return Json($$"""{"corporate_actions":{"name_changes":[{{string.Join(',', changes)}}]},"next_page_token":{{(pageToken is null ? "\"second\"" : "null")}}}""");
    }

    private static string Text(SimInstrument instrument) => instrument.Venue == Venue.AlpacaCrypto
        ? Text(instrument.Symbol, "crypto", "active", $",\"min_order_size\":\"{Step(instrument.LotScale)}\",\"min_trade_increment\":\"{Step(instrument.LotScale)}\",\"price_increment\":\"{Step(instrument.PriceScale)}\"")
        : Text(instrument.Symbol, "us_equity", "active", "");

    private static string Text(string symbol, string assetClass, string status, string steps) =>
        $$"""{"id":"{{symbol}}","class":"{{assetClass}}","exchange":"{{(assetClass == "crypto" ? "CRYPTO" : "NASDAQ")}}","symbol":"{{symbol}}","name":"{{symbol}}","status":"{{status}}","tradable":{{(status == "active" ? "true" : "false")}},"marginable":false,"shortable":false,"easy_to_borrow":false,"fractionable":true,"attributes":[]{{steps}}}""";

    private static string Step(int scale) => scale == 0 ? "1" : $"0.{new string('0', scale - 1)}1";

    private static WireAnswer Json(string text)
    {
        var answer = new WireAnswer { ContentType = "application/json; charset=UTF-8" };
        answer.Append(Encoding.UTF8.GetBytes(text));
        return answer;
    }
}
