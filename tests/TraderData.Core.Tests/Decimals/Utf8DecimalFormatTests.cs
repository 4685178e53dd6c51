using System.Text;

namespace TraderData.Core.Tests;

public sealed class Utf8DecimalFormatTests
{
    public static TheoryData<int> Sizes => [Utf8Decimal.MaxLength, 24, 31, 32, 33, 40, 64];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Format_of_every_small_mantissa_at_every_scale_agrees_with_decimal(int size)
    {
        for (var scale = 0; scale <= ScaledDecimal.MaxScale; scale++)
        {
            for (var mantissa = -1_100L; mantissa <= 1_100; mantissa++)
                Check(mantissa, scale, size);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Format_around_every_power_of_ten_agrees_with_decimal(int size)
    {
        for (var scale = 0; scale <= ScaledDecimal.MaxScale; scale++)
        {
            for (var power = 0; power <= 18; power++)
            {
                foreach (var factor in (long[])[1, 2, 5, 9])
                {
                    for (var off = -2; off <= 2; off++)
                    {
                        var mantissa = Int128.Clamp(((Int128)PowersOfTen.At(power) * factor) + off, -ScaledDecimal.MaxMantissa, ScaledDecimal.MaxMantissa);
                        Check((long)mantissa, scale, size);
                        Check(-(long)mantissa, scale, size);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Format_of_random_numbers_agrees_with_decimal(int size)
    {
        var random = new Random(20261121);
        for (var n = 0; n < 50_000; n++)
        {
            var mantissa = random.NextInt64(-ScaledDecimal.MaxMantissa, ScaledDecimal.MaxMantissa + 1) / PowersOfTen.At(random.Next(19));
            var zeros = random.Next(5);
            mantissa = mantissa / PowersOfTen.At(zeros) * PowersOfTen.At(zeros);
            Check(mantissa, random.Next(19), size);
        }
    }

    [Fact]
    public void Format_into_too_little_room_is_refused() =>
        Assert.Throws<ArgumentException>(() => Utf8Decimal.Format(1, 0, new byte[Utf8Decimal.MaxLength - 1]));

    [Fact]
    public void Whole_numbers_are_written_as_the_runtime_writes_them()
    {
        var random = new Random(7);
        var text = new byte[20];
        for (var n = 0; n < 100_000; n++)
        {
            var value = (ulong)random.NextInt64() << random.Next(2) >> random.Next(64);
            var length = Utf8Digits.Write(value, text);
            Assert.Equal(value.ToString(System.Globalization.CultureInfo.InvariantCulture), Encoding.ASCII.GetString(text, 0, length));
            Assert.Equal(length, Utf8Digits.Count(value));
        }

        foreach (var value in (ulong[])[0, 9, 10, 99, 100, 9_999, 10_000, 99_999_999, 100_000_000, ulong.MaxValue])
            Assert.Equal($"{value}", Encoding.ASCII.GetString(text, 0, Utf8Digits.Write(value, text)));
    }

    private static void Check(long mantissa, int scale, int size)
    {
        Span<byte> text = stackalloc byte[size];
        var length = Utf8Decimal.Format(mantissa, scale, text);
        var expected = DecimalOracle.Write(mantissa, scale);
        if (Encoding.ASCII.GetString(text[..length]) is var actual && actual != expected)
            Assert.Fail($"{mantissa} at scale {scale} in {size} bytes: '{actual}', should be '{expected}'");
        if (Utf8Decimal.Parse(text[..length], out var back) != DecimalParse.Ok || back != new ScaledDecimal(mantissa, scale))
            Assert.Fail($"{mantissa} at scale {scale} does not read back");
    }
}
