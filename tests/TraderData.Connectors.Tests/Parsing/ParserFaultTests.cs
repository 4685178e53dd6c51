using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TraderData.Connectors.Alpaca;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class ParserFaultTests
{
    private const long FirstMs = 1_704_067_200_000;
    private static readonly TimeRange Range = new(FirstMs, FirstMs + 36_000_000);
    private static readonly Series Binance = new("binance", "BTCUSDT", Timeframe.H1);
    private static readonly Series Alpaca = new("alpaca", "AAPL", Timeframe.H1);

    [Fact]
    public void Klines_with_any_bit_flipped_are_parsed_or_refused()
    {
        var exchange = new BinanceExchange { Rows = [], Clock = new FastClock(DateTimeOffset.UnixEpoch) };
        var page = Encoding.UTF8.GetBytes(exchange.PageOf(WireRow.At(FirstMs), WireRow.At(FirstMs + 3_600_000)));
        AssertRefusesOrParses(page, answer => KlineParser.Parse(answer, Binance, Range, long.MaxValue).Bars);
    }

    [Fact]
    public void Klines_give_the_same_with_a_space_before_them_whatever_they_hold()
    {
        // The space keeps the reader of the plain form away.
        var exchange = new BinanceExchange { Rows = [], Clock = new FastClock(DateTimeOffset.UnixEpoch) };
        var rows = WireRow.Many(FirstMs, Timeframe.H1, 3);
        var page = exchange.PageOf(rows[0], rows[1] with { Volume = "12345678901234567.5", Close = "1.0024e3" }, rows[2]);
        foreach (var text in (string[])[page, exchange.PageOf(rows), "[]", page.Replace("7.5", "75", StringComparison.Ordinal), page.Replace("e3", "", StringComparison.Ordinal)])
        {
            AssertSameWithSpace(text);
            // Each character in turn is left out, doubled and replaced by others that mean something here.
            for (var i = 0; i < text.Length; i++)
            {
                foreach (var other in (string[])["", $"{text[i]}{text[i]}", "0", "9", ".", ",", "\"", "]", "[", "-", " ", "\\", "/", "e"])
                    AssertSameWithSpace(string.Concat(text.AsSpan(0, i), other, text.AsSpan(i + 1)));
            }
        }
    }

    [Fact]
    public void Alpaca_bars_with_any_bit_flipped_are_parsed_or_refused()
    {
        var exchange = new AlpacaExchange("AAPL") { Rows = [], Clock = new FastClock(DateTimeOffset.UnixEpoch) };
        var page = Encoding.UTF8.GetBytes(exchange.PageOf(WireRow.At(FirstMs) with { Vwap = "1.25" }, WireRow.At(FirstMs + 3_600_000)));
        AssertRefusesOrParses(page, answer => AlpacaBarParser.Parse(answer, Alpaca, Timeframe.H1, Range).Bars);
    }

    [Fact]
    public void Times_are_read_as_the_framework_reads_them() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, 117)).ToArbitrary(),
        pair =>
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(((long)pair.Item2 * int.MaxValue) + pair.Item1 - 62_135_596_800);
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes($"\"{time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\""));
            return json.Read() && WireTime.TryRead(ref json, out var timeMs) && timeMs == time.ToUnixTimeMilliseconds();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Clock_is_carried_on_until_it_is_too_old()
    {
        var time = new FastClock(DateTimeOffset.UnixEpoch);
        var clock = new SourceClock(time);
        Assert.False(clock.TryTell(TimeSpan.MaxValue, out _));
        clock.Hear(1_000_000, TimeSpan.Zero);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(clock.TryTell(TimeSpan.FromSeconds(60), out var nowMs));
        Assert.Equal(1_060_000, nowMs);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(clock.TryTell(TimeSpan.FromSeconds(60), out _));
    }

    private static void AssertSameWithSpace(string page)
    {
        var (plain, spaced) = (OutcomeOf(page), OutcomeOf(" " + page));
        Assert.True(plain == spaced, $"{page}\n{plain}\n{spaced}");
    }

    private static string OutcomeOf(string page)
    {
        try
        {
            var parsed = KlineParser.Parse(Encoding.UTF8.GetBytes(page), Binance, Range, FirstMs + 7_200_000);
            var bars = parsed.Bars;
            return $"{parsed.Rows} {parsed.LastRowMs} {parsed.FirstOpenMs} {bars.PriceScale} {bars.VolumeScale} {string.Join(';', Enumerable.Range(0, bars.Count).Select(bars.At))}";
        }
        catch (BadDataException e)
        {
            // Where JSON ends to be one is told by a count of bytes, which the space is one of.
            return $"{e.Where} {(e.Found.StartsWith("malformed", StringComparison.Ordinal) ? "" : e.Found)} {e.Expected} {e.Text?.TrimStart()}";
        }
    }

    // What is taken in spite of a flip is a page of bars that keep the rules; nothing but a refusal comes otherwise.
    private static void AssertRefusesOrParses(byte[] page, Func<byte[], BarBlock> parse)
    {
        var refused = 0;
        for (var bit = 0; bit < page.Length * 8; bit++)
        {
            var flipped = page.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var bars = parse(flipped);
                for (var i = 0; i < bars.Count; i++)
                    Assert.Null(BarRules.FindViolation(bars.At(i), Timeframe.H1));
            }
            catch (BadDataException e)
            {
                Assert.NotEmpty(e.Found);
                refused++;
            }
        }

        Assert.InRange(refused, page.Length, page.Length * 8);
    }
}
