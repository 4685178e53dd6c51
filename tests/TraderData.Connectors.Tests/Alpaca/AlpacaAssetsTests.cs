using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class AlpacaAssetsTests
{
    private const string NoChanges = """{"corporate_actions":{},"next_page_token":null}""";

    [Fact]
    [Rule("A23")]
    public async Task Every_asset_is_listed_with_its_status_and_steps()
    {
        var listed = await ListAsync(
            """
            [{"id":"1","class":"us_equity","exchange":"NASDAQ","symbol":"AAPL","name":"Apple Inc.","status":"active","tradable":true,"attributes":["fractional_eh_enabled"]},
             {"class":"us_equity","symbol":"OLDCO","status":"inactive","tradable":false},
             {"class":"crypto","symbol":"BTC/USD","status":"active","min_order_size":"0.000010954","min_trade_increment":".000000001","price_increment":"1"},
             {"class":"us_option","symbol":"AAPL240119C00100000","status":"active"},
             {"class":"us_equity","symbol":"no symbol","status":"active"}]
            """,
            NoChanges);

        Assert.Equal(
            [
                new("alpaca", "AAPL", AssetClass.Stock, true, null, null),
                new("alpaca", "OLDCO", AssetClass.Stock, false, null, null),
                new Instrument("alpaca", "BTC/USD", AssetClass.Crypto, true, new ScaledDecimal(1, 0), new ScaledDecimal(1, 9)),
            ],
            listed);
    }

    [Fact]
    [Rule("A24")]
    public async Task Symbols_that_were_changed_tell_what_they_became_and_when()
    {
        var listed = await ListAsync(
            """[{"class":"us_equity","symbol":"META","status":"active"},{"class":"us_equity","symbol":"FB","status":"inactive"},{"class":"us_equity","symbol":"NEW","status":"active"}]""",
            """{"corporate_actions":{"name_changes":[{"old_symbol":"FB","new_symbol":"META","process_date":"2022-06-09"},{"old_symbol":"NEW","new_symbol":"OTHER","process_date":"2018-01-02"}]},"next_page_token":"p/2="}""",
            """{"corporate_actions":{"name_changes":[{"old_symbol":"ABC","new_symbol":"ABC","process_date":"2023-01-03"},{"old_symbol":"GONE","new_symbol":"COME","process_date":"2023-02-01"}]},"next_page_token":null}""");

        Assert.Equal(["META", "FB", "NEW", "GONE"], listed.Select(i => i.Symbol));
        Assert.Equal([null, "META 2022-06-09", null, "COME 2023-02-01"], listed.Select(i => i.RenamedTo is null ? null : $"{i.RenamedTo} {TimeText.Iso(i.RenamedMs!.Value)[..10]}"));
        Assert.Equal([true, false, true, false], listed.Select(i => i.IsTrading));
    }

    [Theory]
    [Rule("A23")]
    [InlineData("[{\"class\":", NoChanges, "alpaca assets: malformed JSON")]
    [InlineData("null", NoChanges, "alpaca assets: null; expected a list of assets")]
    [InlineData("[]", "[1]", "alpaca corporate actions: malformed JSON")]
    public async Task Malformed_list_is_refused(string assets, string changes, string message)
    {
        var e = await Assert.ThrowsAsync<BadDataException>(() => ListAsync(assets, changes));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
    }

    private static async Task<List<Instrument>> ListAsync(string assets, params string[] changes)
    {
        await using var run = await SourceRun.AlpacaAsync(
            new FastClock(DateTimeOffset.Parse("2024-03-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture)),
            context => Exchange.WriteAsync(context, context.Request.Path == "/v2/assets" ? assets : changes[context.Request.Query["page_token"] == "p/2=" ? 1 : 0]),
            withAssets: true);
        var listed = new List<Instrument>();
        await foreach (var instrument in run.Source.ListInstrumentsAsync(TestContext.Current.CancellationToken))
            listed.Add(instrument);
        return listed;
    }
}
