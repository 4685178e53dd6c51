using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace TraderData.Core.Tests;

public sealed class BarNumbersTests
{
    private static readonly BarLabels Labels = new(",\"open\":"u8, "0123456789abcdef"u8, ""u8, ","u8, ",\"volume\":"u8, "null"u8);

    // Around the limits of each way in which a number is written, and any others.
    private static readonly Gen<long> Mantissa = Gen.OneOf(
        Gen.Elements(0L, 1, 9, 10, 99_999_999, 100_000_000, 100_000_001, 9_999_999_999_999_999, 10_000_000_000_000_000, ScaledDecimal.MaxMantissa, -1, -100_000_000, 12_000_000),
        Gen.Choose(0, 99_999_999).Select(i => (long)i),
        Gen.Choose(0, int.MaxValue).Two().Select(pair => (((long)pair.Item1 << 31) | (long)pair.Item2) % ScaledDecimal.MaxMantissa));

    private static readonly Gen<int> Scale = Gen.OneOf(Gen.Choose(0, 8), Gen.Choose(0, ScaledDecimal.MaxScale));

    [Fact]
    public void Write_puts_each_label_and_number_as_Format_does() => Prop.ForAll(
        (from numbers in Mantissa.ArrayOf(4) from volume in Gen.OneOf(Mantissa, Gen.Constant(BarBlock.Missing)) from price in Scale from amount in Scale select (numbers, volume, price, amount)).ToArbitrary(),
        row =>
        {
            var (prices, volume, priceScale, volumeScale) = row;
            var block = BarBlock.Own(new BarColumns([0, 1], [7, prices[0]], [7, prices[1]], [7, prices[2]], [7, prices[3]], [7, volume])
            {
                PriceScale = priceScale,
                VolumeScale = volumeScale,
            });
            var text = new byte[BarNumbers.Room];
            var length = new BarNumbers(block, Labels).Write(1, text);

            var expected = $",\"open\":{Format(prices[0], priceScale)}0123456789abcdef{Format(prices[1], priceScale)}{Format(prices[2], priceScale)},{Format(prices[3], priceScale)}"
                + $",\"volume\":{(volume == BarBlock.Missing ? "null" : Format(volume, volumeScale))}";
            Assert.Equal(expected, Encoding.ASCII.GetString(text, 0, length));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Write_refuses_room_that_a_row_might_not_fit()
    {
        var block = BarBlock.Own(new BarColumns([0], [1], [1], [1], [1], [1]));
        Assert.Throws<ArgumentException>(() => new BarNumbers(block, Labels).Write(0, new byte[BarNumbers.Room - 1]));
    }

    [Fact]
    public void Label_of_seventeen_bytes_is_refused() => Assert.Throws<ArgumentException>(() => new BarLabels("0123456789abcdefg"u8, ""u8, ""u8, ""u8, ""u8, ""u8));

    private static string Format(long mantissa, int scale)
    {
        Span<byte> text = stackalloc byte[DecimalWords.Room];
        return Encoding.ASCII.GetString(text[..Utf8Decimal.Format(mantissa, scale, text)]);
    }
}
