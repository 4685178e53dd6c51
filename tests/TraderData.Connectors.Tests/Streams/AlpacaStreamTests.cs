using System.Text;
using TraderData.Connectors.Alpaca;
using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>Alpaca's messages, and real websockets to the simulated exchange some seconds before a minute of a session ends.</summary>
public sealed class AlpacaStreamTests
{
    // A Monday.
    private const string InSession = "2026-03-02T14:59:58.500Z";
    private const string Bar =
        """[{"T":"b","S":"SPY","o":388.985,"h":389.13,"l":388.975,"c":389.12,"v":49378,"n":461,"vw":389.062639,"t":"2021-02-22T19:15:00Z"}]""";

    private static readonly Series Spy = new("alpaca", "SPY", Timeframe.M1);
    private static readonly Series Coin = new("alpaca", "BTC/USD", Timeframe.M1);
    private static readonly SeriesNames Names = new([Spy, Coin], s => s.Symbol);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bar_has_every_digit_and_an_update_is_the_same_bar_again()
    {
        var listener = new Listener();

        Assert.Equal(BarMessage.Sign.None, Read(Bar, listener));
        Assert.Equal(BarMessage.Sign.None, Read(Bar.Replace("\"T\":\"b\"", "\"T\":\"u\"").Replace("49378", "49400"), listener));

        var first = await listener.NextAsync((series, isClosed) => ReferenceEquals(series, Spy) && isClosed, Token);
        var second = await listener.NextAsync((series, isClosed) => ReferenceEquals(series, Spy) && isClosed, Token);
        Assert.Equal(
            ("2021-02-22T19:15:00Z", "388.985", "389.13", "388.975", "389.12", "49378", "389.062639", 461L),
            (TimeText.Iso(first.TimeMs), $"{first.Open}", $"{first.High}", $"{first.Low}", $"{first.Close}", $"{first.Volume}", $"{first.Vwap}", first.Trades));
        Assert.Equal((first.TimeMs, "49400"), (second.TimeMs, $"{second.Volume}"));
    }

    [Theory]
    [InlineData("""[{"T":"success","msg":"connected"}]""", "None")]
    [InlineData("""[{"T":"success","msg":"authenticated"}]""", "Authenticated")]
    [InlineData("""[{"T":"subscription","trades":[],"quotes":[],"bars":["SPY"],"updatedBars":["SPY"]}]""", "Subscribed")]
    [InlineData("""[{"T":"subscription","bars":["SPY"]},{"T":"q","S":"SPY","bp":1}]""", "Subscribed")]
    [InlineData("[]", "None")]
    public void Message_about_the_connection_is_understood(string text, string sign) => Assert.Equal(sign, Read(text, new Listener()).ToString());

    [Theory]
    [InlineData(402, SourceErrorKind.Unauthorized, "ALPACA_API_KEY and ALPACA_API_SECRET")]
    [InlineData(405, SourceErrorKind.NotInPlan, "watch fewer")]
    [InlineData(409, SourceErrorKind.NotInPlan, "AlpacaFeed")]
    [InlineData(406, SourceErrorKind.Unavailable, "another worker or program")]
    [InlineData(500, SourceErrorKind.Unavailable, "internal")]
    public void Refusal_has_a_kind_and_names_the_remedy(int code, SourceErrorKind kind, string remedy)
    {
        var error = Assert.Throws<SourceException>(() => Read($$"""[{"T":"error","code":{{code}},"msg":"internal error"}]""", new Listener()));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(remedy, error.Message);
    }

    [Theory]
    [InlineData("\"o\":388.985", "\"o\":\"x\"", "open 'x'; expected a decimal number")]
    [InlineData("\"c\":389.12,", "", "a bar without all of its fields")]
    [InlineData("\"l\":388.975", "\"l\":389", "low 389 above open 388.985")]
    [InlineData("\"S\":\"SPY\"", "\"S\":\"QQQ\"", "a symbol that was not asked for")]
    [InlineData("19:15:00Z", "19:15:01Z", "a time on the 1m grid")]
    [InlineData("19:15:00Z", "19:15:00", "a time like")]
    [InlineData("[{", "{", "an array")]
    public async Task Message_that_cannot_be_believed_is_refused_whole(string part, string instead, string reason)
    {
        var listener = new Listener();
        var text = (Bar[..^1] + "," + Bar[1..]).Replace(part, instead);

        var error = Assert.Throws<BadDataException>(() => Read(text, listener));

        Assert.StartsWith("alpaca stream message", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Token);
        soon.CancelAfter(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listener.NextAsync((_, _) => true, soon.Token));
    }

    [Theory]
    [InlineData("SPY")]
    [InlineData("BTC/USD")]
    public async Task Minute_comes_a_second_after_its_end(string symbol)
    {
        var clock = new RunningClock(InSession);
        await using var exchange = await StartAsync(clock, null);
        var series = new Series("alpaca", symbol, Timeframe.M1);
        var listener = new Listener();
        using var stop = Limit();
        var listening = StreamOf(exchange, clock, "key").ListenAsync([series], listener, stop.Token);
        await listener.WhenSubscribed.WaitAsync(stop.Token);

        var bar = await listener.NextAsync((s, isClosed) => s == series && isClosed, stop.Token);

        Assert.Equal("2026-03-02T14:59:00Z", TimeText.Iso(bar.TimeMs));
        Assert.True(clock.GetUtcNow().ToUnixTimeMilliseconds() >= bar.TimeMs + 61_000);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    [Theory]
    [InlineData(null, "no keys are set: ALPACA_API_KEY and ALPACA_API_SECRET")]
    [InlineData("wrong-key-0123", "are ALPACA_API_KEY and ALPACA_API_SECRET right?")]
    public async Task Keys_that_are_missing_or_wrong_are_told_by_the_setting_and_never_shown(string? key, string reason)
    {
        var clock = new RunningClock(InSession);
        await using var exchange = await StartAsync(clock, "right-key");
        using var stop = Limit();

        var error = await Assert.ThrowsAsync<SourceException>(() => StreamOf(exchange, clock, key).ListenAsync([Spy], new Listener(), stop.Token));

        Assert.Equal(SourceErrorKind.Unauthorized, error.Kind);
        Assert.Contains(reason, error.Message);
        Assert.DoesNotContain("wrong-key-0123", error.ToString());
        Assert.DoesNotContain("secret-4567", error.ToString());
    }

    [Fact]
    public void Stocks_and_crypto_have_a_connection_each()
    {
        var parts = new AlpacaStream(new AlpacaStreamOptions(), TimeProvider.System).Split([Spy, Coin, new Series("alpaca", "AAPL", Timeframe.M1)]);

        Assert.Equal(["SPY AAPL", "BTC/USD"], parts.Select(part => string.Join(' ', part.Select(s => s.Symbol))));
    }

    private static BarMessage.Sign Read(string text, Listener listener) => BarMessage.Read(Encoding.UTF8.GetBytes(text), Names, listener);

    private static Task<SimulatorHost> StartAsync(RunningClock clock, string? key) => SimulatorHost.StartAsync(
        new SimulatorOptions { Clock = clock, RequireAlpacaKeys = true, AlpacaKeyId = key, StreamEvery = TimeSpan.FromMilliseconds(250) }, Token);

    private static AlpacaStream StreamOf(SimulatorHost exchange, RunningClock clock, string? key) => new(
        new AlpacaStreamOptions { Url = exchange.StreamUrl, Credentials = key is null ? null : new AlpacaCredentials(key, "secret-4567") }, clock);

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        return limit;
    }
}
