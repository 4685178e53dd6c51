using System.Globalization;
using System.Text;

namespace TraderData.Core.Tests;

public sealed class Utf8DecimalParseTests
{
    [Fact]
    public void Parse_of_every_short_text_agrees_with_the_oracle()
    {
        var alphabet = "019.-+eE"u8.ToArray();
        var text = new byte[6];
        for (var length = 0; length <= text.Length; length++)
        {
            var count = (int)Math.Pow(alphabet.Length, length);
            for (var n = 0; n < count; n++)
            {
                for (var (i, rest) = (0, n); i < length; i++, rest /= alphabet.Length)
                    text[i] = alphabet[rest % alphabet.Length];
                Check(text.AsSpan(0, length));
            }
        }
    }

    [Fact]
    public void Parse_of_every_byte_at_every_place_agrees_with_the_oracle()
    {
        foreach (var text in (string[])["1", "12345678", "1234567.12345678", "42150.50000000", "0.00000001", "123456789012345678"])
        {
            for (var at = 0; at < text.Length; at++)
            {
                for (var b = 0; b < 128; b++)
                {
                    var changed = Encoding.ASCII.GetBytes(text);
                    changed[at] = (byte)b;
                    Check(changed);
                }
            }
        }
    }

    [Fact]
    public void Parse_of_random_long_texts_agrees_with_the_oracle()
    {
        const int Seed = 20261121;
        var random = new Random(Seed);
        for (var n = 0; n < 200_000; n++)
        {
            var text = new StringBuilder();
            if (random.Next(5) == 0)
                text.Append('-');
            Digits(text, random, random.Next(0, 22));
            if (random.Next(4) > 0)
                Digits(text.Append('.'), random, random.Next(0, 22));
            if (random.Next(4) == 0)
                Digits(text.Append("eE"[random.Next(2)]).Append(((string[])["", "+", "-"])[random.Next(3)]), random, random.Next(0, 3));
            if (random.Next(10) == 0 && text.Length > 0)
                text[random.Next(text.Length)] = " .-+eE/:x,\0"[random.Next(11)];
            Check(Encoding.ASCII.GetBytes(text.ToString()));
        }
    }

    [Theory]
    [InlineData("42150.50000000", 421505, 1)]
    [InlineData("54637528372.00", 54637528372, 0)]
    [InlineData("0.00000001", 1, 8)]
    [InlineData("-0.10", -1, 1)]
    [InlineData("-0", 0, 0)]
    [InlineData("007", 7, 0)]
    [InlineData("1e3", 1000, 0)]
    [InlineData("1.5E-3", 15, 4)]
    [InlineData("999999999999999999", 999_999_999_999_999_999, 0)]
    [InlineData("0.999999999999999999", 999_999_999_999_999_999, 18)]
    [InlineData("0.000000000000000000000000", 0, 0)]
    [InlineData("1000000000000000000000e-21", 1, 0)]
    [InlineData("0e99999999999999999999", 0, 0)]
    public void Parse_takes_the_digits(string text, long mantissa, int scale)
    {
        Assert.Equal(DecimalParse.Ok, Utf8Decimal.Parse(Encoding.ASCII.GetBytes(text), out var value));
        Assert.Equal((mantissa, scale), (value.Mantissa, value.Scale));
    }

    [Theory]
    [InlineData("1000000000000000000")]
    [InlineData("0.0000000000000000001")]
    [InlineData("1e19")]
    [InlineData("1e-19")]
    [InlineData("1234567890123456789.5")]
    [InlineData("1e99999999999999999999")]
    public void Parse_refuses_what_eighteen_digits_do_not_hold(string text) =>
        Assert.Equal(DecimalParse.TooManyDigits, Utf8Decimal.Parse(Encoding.ASCII.GetBytes(text), out _));

    private static void Digits(StringBuilder text, Random random, int count)
    {
        // Many zeros, as exchanges write them.
        var zeros = random.Next(3) == 0;
        for (var i = 0; i < count; i++)
            text.Append((char)('0' + (zeros && random.Next(4) > 0 ? 0 : random.Next(10))));
    }

    private static void Check(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.ASCII.GetString(utf8);
        var (result, mantissa, scale) = DecimalOracle.Read(text);
        var actual = Utf8Decimal.Parse(utf8, out var value);
        if (actual != result || (result == DecimalParse.Ok && (value.Mantissa != mantissa || value.Scale != scale)))
            Assert.Fail($"'{text}': {actual} {value.Mantissa} at scale {value.Scale}, should be {result} {mantissa} at scale {scale}");
        if (result == DecimalParse.Ok && value.ToDecimal() != decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture))
            Assert.Fail($"'{text}': {value.ToDecimal()} is not what System.Decimal reads");
    }
}
