using System.Text;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class KlineMessageTests
{
    // The form that Binance's documents show, with the digits that it sends.
    private const string Closed =
        """{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1672515780005,"s":"BTCUSDT","k":{"t":1672515720000,"T":1672515779999,"s":"BTCUSDT","i":"1m","f":100,"L":200,"o":"16500.01000000","c":"16501.20000000","h":"16502.00000000","l":"16499.90000000","v":"12.34500000","n":101,"x":true,"q":"203700.1","V":"5.00000000","Q":"82500.05","B":"123456"}}}""";

    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly Series Coin = new("binance", "币安人生USDT", Timeframe.H1);
    private static readonly SeriesNames Names = new([Bitcoin, Coin], BinanceStream.StreamOf);

    [Fact]
    public void Closed_bar_has_every_digit()
    {
        var message = Parse(Closed);

        Assert.Same(Bitcoin, message.Series);
        Assert.True(message.IsClosed);
        Assert.Equal(1_672_515_720_000, message.Bar.TimeMs);
        Assert.Equal(
            ["16500.01", "16502", "16499.9", "16501.2", "12.345"],
            [message.Bar.Open.ToString(), message.Bar.High.ToString(), message.Bar.Low.ToString(), message.Bar.Close.ToString(), message.Bar.Volume.ToString()!]);
        Assert.Equal(101, message.Bar.Trades);
        Assert.Null(message.Bar.Vwap);
    }

    [Fact]
    public void Forming_bar_is_not_closed_and_comes_before_its_close_time()
    {
        var message = Parse(Closed.Replace("\"x\":true", "\"x\":false").Replace("\"E\":1672515780005", "\"E\":1672515720500"));

        Assert.Same(Bitcoin, message.Series);
        Assert.False(message.IsClosed);
    }

    [Theory]
    [InlineData("币安人生usdt@kline_1h")]
    [InlineData("\\u5e01\\u5b89\\u4eba\\u751fusdt@kline_1h")]
    public void Symbol_of_another_script_is_found_however_it_is_escaped(string stream)
    {
        var message = Parse(Closed.Replace("btcusdt@kline_1m", stream).Replace("1672515720000", "1672513200000").Replace("1672515779999", "1672516799999").Replace("1672515780005", "1672516800000"));

        Assert.Same(Coin, message.Series);
    }

    [Theory]
    [InlineData("""{"result":null,"id":1}""", true)]
    [InlineData("""{"id":1,"result":null}""", true)]
    [InlineData("""{"stream":"btcusdt@kline_1m","data":{"e":"serverShutdown","E":1770123456789}}""", false)]
    [InlineData("{}", false)]
    public void Message_without_a_bar_says_nothing_but_that_it_is_an_answer(string text, bool isAnswer) =>
        Assert.Equal(new KlineMessage(null, default, false, isAnswer), Parse(text));

    [Theory]
    [InlineData("""{"error":{"code":2,"msg":"Invalid request: too many streams"},"id":1}""")]
    [InlineData("""{"code":3,"msg":"Invalid JSON","id":1}""")]
    public void Refused_subscription_is_told_with_its_text(string text)
    {
        var error = Assert.Throws<SourceException>(() => Parse(text));

        Assert.Equal(SourceErrorKind.BadRequest, error.Kind);
        Assert.Contains("Invalid", error.Message);
    }

    [Theory]
    [InlineData("\"x\":true", "\"x\":\"true\"", "x 'true'; expected true or false")]
    [InlineData("\"x\":true,", "", "a kline without all of its fields")]
    [InlineData("\"n\":101", "\"n\":1.5", "number of trades '1.5'")]
    [InlineData("\"o\":\"16500.01000000\"", "\"o\":\"abc\"", "open 'abc'; expected a decimal number")]
    [InlineData("\"v\":\"12.34500000\"", "\"v\":\"0.1234567890123456789\"", "expected at most 18 digits")]
    [InlineData("\"l\":\"16499.90000000\"", "\"l\":\"16501.90000000\"", "low 16501.9 above open 16500.01")]
    [InlineData("\"t\":1672515720000", "\"t\":1672515720001", "a time on the 1m grid")]
    [InlineData("\"E\":1672515780005", "\"E\":1672515779000", "a closed bar at 1672515779000, before its close time 1672515779999")]
    [InlineData("\"E\":1672515780005,", "", "before its close time")]
    [InlineData("btcusdt@kline_1m", "ethusdt@kline_1m", "a stream that was not asked for")]
    [InlineData("\"stream\":\"btcusdt@kline_1m\",", "", "a stream that was not asked for")]
    [InlineData("\"k\":{", "\"k\":[{", "k that is StartArray")]
    [InlineData("\"B\":\"123456\"}}}", "\"B\":\"123456\"}}} {}", "malformed JSON")]
    public void Message_that_cannot_be_believed_is_refused_with_its_text(string part, string instead, string reason)
    {
        var text = Closed.Replace(part, instead);
        var error = Assert.Throws<BadDataException>(() => Parse(text));

        Assert.StartsWith("binance stream message", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message);
        Assert.Equal(text[..Math.Min(text.Length, 1_000)], error.Text);
    }

    [Fact]
    public void Message_cut_anywhere_is_refused()
    {
        for (var length = 0; length < Closed.Length; length++)
            Assert.Throws<BadDataException>(() => KlineMessage.Parse(Encoding.UTF8.GetBytes(Closed).AsSpan(0, length), Names));
    }

    private static KlineMessage Parse(string text) => KlineMessage.Parse(Encoding.UTF8.GetBytes(text), Names);
}
