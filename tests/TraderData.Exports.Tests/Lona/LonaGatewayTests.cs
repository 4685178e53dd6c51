using System.Text;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Exports.Tests;

/// <summary>The client of Lona's gateway against a stand-in over real HTTP.</summary>
public sealed class LonaGatewayTests : IAsyncLifetime
{
    private const string Csv = "timestamp,open,high,low,close,volume\n2025-01-01 00:00:00,1,2,0.5,1.5,10\n";

    private static readonly LonaUpload Upload = LonaUpload.Of(Bars.Btc, new Provenance(AssetClass.Crypto), Bars.Range("2025-01-01", "2025-06-01"));

    private StandInGateway _standIn = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _standIn = await StandInGateway.StartAsync();

    public ValueTask DisposeAsync() => _standIn.DisposeAsync();

    [Fact]
    public async Task Upload_sends_the_file_and_what_it_is_and_asks_for_it_again()
    {
        using var gateway = Gateway();
        var symbol = await UploadAsync(gateway);

        var taken = Assert.Single(_standIn.Symbols.Values);
        Assert.Equal((taken.Id, "BTCUSDT_1h_20250101_20250601"), (symbol.Id, symbol.Name));
        Assert.Equal(Csv, taken.Data);
        Assert.Equal(
            """{"data_type":"ohlcv","name":"BTCUSDT_1h_20250101_20250601","exchange":"BINANCE","asset_class":"crypto","quote_currency":"USD","column_mapping":{"timestamp":"timestamp","open":"open","high":"high","low":"low","close":"close","volume":"volume"},"frequency":"1h","timezone":"UTC","description":"BTCUSDT 1h from 2025-01-01T00:00:00Z to 2025-06-01T00:00:00Z, by trader-data"}""",
            taken.Metadata.GetRawText());
        Assert.Equal(["POST /api/v1/symbols", $"GET /api/v1/symbols/{taken.Id}"], _standIn.Asked);
    }

    [Fact]
    public async Task List_pages_through_all_and_delete_takes_one_away()
    {
        for (var i = 0; i < 250; i++)
            _standIn.Add($"S{i}");
        using var gateway = Gateway();
        var all = await gateway.ListAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(250, all.Select(s => s.Id).Distinct().Count());
        Assert.Equal(["skip=0", "skip=100", "skip=200"], _standIn.Asked.Select(a => a.Split('?', '&')[1]));

        var one = await gateway.FindAsync("S201", Cancellation);
        await gateway.DeleteAsync(one!.Id, Cancellation);
        Assert.Null(await gateway.FindAsync("S201", Cancellation));
        Assert.Equal(404, (await Assert.ThrowsAsync<LonaGatewayException>(() => gateway.DeleteAsync(one.Id, Cancellation))).Status);
    }

    [Fact]
    public async Task Name_that_is_taken_is_told_with_what_to_do()
    {
        _standIn.Add(Upload.Name);
        using var gateway = Gateway();
        var refused = await Assert.ThrowsAsync<LonaGatewayException>(() => UploadAsync(gateway));
        Assert.True(refused.IsNameTaken);
        Assert.StartsWith($"Lona has a symbol of the name {Upload.Name} already: delete it (trader-data lona delete), or upload with --replace. ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("409: NAME_TAKEN a symbol named", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_token_is_told_and_not_repeated_even_where_the_gateway_does()
    {
        using var gateway = Gateway(token: "lona_OFSOMEBODYELSE");
        var refused = await Assert.ThrowsAsync<LonaGatewayException>(async () => await gateway.FindAsync("x", Cancellation));
        Assert.Contains("was answered 401: UNAUTHORIZED no agent has the token …. Look at LONA_AGENT_TOKEN and LONA_AGENT_ID.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("OFSOMEBODYELSE", refused.ToString(), StringComparison.Ordinal);
        Assert.Single(_standIn.Asked);
    }

    [Fact]
    public async Task What_can_be_repeated_is_after_faults_that_pass()
    {
        var faults = 2;
        _standIn.Add("S");
        _standIn.Fault = method => faults-- > 0 ? new StandInFault(IsDone: method == "DELETE", faults == 0 ? null : 503) : null;
        using var gateway = Gateway();
        var symbol = await gateway.FindAsync("S", Cancellation);
        Assert.Equal(3, _standIn.Asked.Count);

        // The answer to a delete is lost: the next try finds nothing, and that is what was wanted.
        faults = 1;
        await gateway.DeleteAsync(symbol!.Id, Cancellation);
        Assert.Empty(_standIn.Symbols);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, 502)]
    public async Task Upload_is_sent_once_and_an_unclear_end_is_told(bool isDone, int? status)
    {
        _standIn.Fault = _ => new StandInFault(isDone, status);
        using var gateway = Gateway();
        var unclear = await Assert.ThrowsAsync<LonaGatewayException>(() => UploadAsync(gateway));
        Assert.Contains($"It is not known whether {Upload.Name} was taken: 'trader-data lona list' tells", unclear.Message, StringComparison.Ordinal);
        Assert.Single(_standIn.Asked);
    }

    [Theory]
    [InlineData("{\"data\":{\"id\":")]
    [InlineData("<html>welcome</html>")]
    [InlineData("{\"data\":{}}")]
    [InlineData("[]")]
    public async Task Answer_that_is_cut_or_of_another_kind_is_told(string body)
    {
        _standIn.Fault = _ => new StandInFault(IsDone: true, 200, body);
        using var gateway = Gateway();
        var strange = await Assert.ThrowsAsync<LonaGatewayException>(() => UploadAsync(gateway));
        Assert.Contains("look whether LONA_GATEWAY_URL is the gateway's address", strange.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_that_says_nothing_is_given_up_in_time()
    {
        _standIn.Fault = _ => new StandInFault(IsDone: true, null) { IsSilent = true };
        using var gateway = Gateway(answerTime: TimeSpan.FromMilliseconds(100));
        var silent = await Assert.ThrowsAsync<LonaGatewayException>(async () => await gateway.FindAsync("x", Cancellation));
        Assert.Contains("had no answer within 0.1 s", silent.Message, StringComparison.Ordinal);
        Assert.Equal(4, _standIn.Asked.Count);
    }

    [Fact]
    public async Task Answer_longer_than_any_list_is_not_read_to_its_end()
    {
        _standIn.Fault = _ => new StandInFault(IsDone: true, 200, new string(' ', 5 << 20));
        using var gateway = Gateway();
        await Assert.ThrowsAsync<LonaGatewayException>(async () => await gateway.FindAsync("x", Cancellation));
    }

    private static async Task<LonaSymbol> UploadAsync(LonaGateway gateway)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(Csv));
        return await gateway.UploadAsync(Upload, file, Cancellation);
    }

    private LonaGateway Gateway(string token = StandInGateway.Token, TimeSpan? answerTime = null) => new(
        new LonaGatewayOptions
        {
            Url = _standIn.Address,
            Token = token,
            AgentId = StandInGateway.Agent,
            AnswerTime = answerTime ?? TimeSpan.FromSeconds(30),
            FirstRetry = TimeSpan.FromMilliseconds(1),
        },
        TimeProvider.System);
}
