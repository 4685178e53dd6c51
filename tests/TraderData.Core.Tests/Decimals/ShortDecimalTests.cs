using System.Globalization;
using System.Text;

namespace TraderData.Core.Tests;

public sealed class ShortDecimalTests
{
    [Fact]
    public void Format_of_up_to_eight_digits_agrees_with_System_Decimal()
    {
        Span<byte> text = stackalloc byte[Utf8Decimal.MaxLength];
        foreach (var mantissa in Mantissas())
        {
            for (var scale = 0; scale <= ScaledDecimal.MaxScale; scale++)
            {
                var expected = new decimal((int)mantissa, 0, 0, isNegative: false, (byte)scale).ToString("0.##################", CultureInfo.InvariantCulture);
                Assert.Equal(expected, Encoding.ASCII.GetString(text[..Utf8Decimal.Format(mantissa, scale, text)]));
            }
        }
    }

    [Fact]
    public void Write_spreads_every_four_digits_in_either_half()
    {
        // The two halves of eight digits are worked on side by side: all of one beside some of the other are all cases.
        Span<byte> text = stackalloc byte[Utf8Decimal.MaxLength];
        Span<byte> expected = stackalloc byte[8];
        foreach (var other in (ReadOnlySpan<uint>)[0, 1, 9, 10, 99, 5_000, 9_999])
        {
            for (var half = 0U; half < 10_000; half++)
            {
                foreach (var mantissa in (ReadOnlySpan<uint>)[(half * 10_000) + other, (other * 10_000) + half])
                {
                    Assert.True(mantissa.TryFormat(expected, out var length, default, CultureInfo.InvariantCulture));
                    Assert.True(text[..ShortDecimal.Write(mantissa, 0, text)].SequenceEqual(expected[..length]), mantissa.ToString(CultureInfo.InvariantCulture));
                }
            }
        }
    }

    private static IEnumerable<uint> Mantissas()
    {
        for (var power = 1U; power <= ShortDecimal.Limit; power *= 10)
        {
            for (var digit = 1U; digit <= 9; digit++)
            {
                yield return power * digit;
                yield return (power * digit) - 1;
                yield return (power * digit) + 1;
            }
        }

        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
            yield return (uint)random.Next((int)Math.Pow(10, random.Next(1, 10)));
    }
}
