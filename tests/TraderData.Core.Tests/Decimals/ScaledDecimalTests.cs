using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace TraderData.Core.Tests;

public sealed class ScaledDecimalTests
{
    private static readonly Gen<ScaledDecimal> Any =
        from seed in Gen.Choose(0, int.MaxValue)
        select Random(new Random(seed));

    [Fact]
    public void Comparison_and_equality_are_those_of_decimal() => Prop.ForAll(Any.ToArbitrary(), Any.ToArbitrary(), (left, right) =>
    {
        // Half of all pairs the same number at two scales.
        var other = right.Mantissa % 2 == 0 && left.TryRescale(right.Scale, out var mantissa) ? new ScaledDecimal(mantissa, right.Scale) : right;
        var (l, r) = (left.ToDecimal(), other.ToDecimal());
        Assert.Equal(Math.Sign(l.CompareTo(r)), Math.Sign(left.CompareTo(other)));
        Assert.Equal<bool[]>([l == r, l != r, (l < r), (l > r), l <= r, l >= r], [left == other, left != other, (left < other), (left > other), left <= other, left >= other]);
        if (l == r)
            Assert.Equal(left.GetHashCode(), other.GetHashCode());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Rescale_keeps_the_number_or_refuses() => Prop.ForAll(Any.ToArbitrary(), Gen.Choose(0, 18).ToArbitrary(), (value, scale) =>
    {
        var number = value.ToDecimal();
        var scaled = BigInteger.Pow(10, scale) * value.Mantissa / BigInteger.Pow(10, value.Scale);
        var exact = decimal.Round(number, scale) == number && BigInteger.Abs(scaled) <= ScaledDecimal.MaxMantissa;
        Assert.Equal(exact, value.TryRescale(scale, out var mantissa));
        if (exact)
            Assert.Equal(number, new ScaledDecimal(mantissa, scale).ToDecimal());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Normal_form_is_the_same_number_with_the_least_scale() => Prop.ForAll(Any.ToArbitrary(), value =>
    {
        var normal = value.Normalize();
        Assert.Equal(value, normal);
        Assert.True(normal.Scale == 0 || normal.Mantissa % 10 != 0);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Decimal_goes_in_and_out_unchanged() => Prop.ForAll(Any.ToArbitrary(), value =>
    {
        Assert.Equal(value, ScaledDecimal.FromDecimal(value.ToDecimal()));
        Assert.Equal(DecimalOracle.Write(value.Mantissa, value.Scale), value.ToString());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Decimal_of_more_digits_is_refused()
    {
        Assert.Throws<OverflowException>(() => ScaledDecimal.FromDecimal(decimal.MaxValue));
        Assert.Throws<OverflowException>(() => ScaledDecimal.FromDecimal(0.0000000000000000001m));
        Assert.Equal(new ScaledDecimal(1, 0), ScaledDecimal.FromDecimal(1.0000000000000000000000m));
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(0, 19)]
    [InlineData(ScaledDecimal.MaxMantissa + 1, 0)]
    [InlineData(-ScaledDecimal.MaxMantissa - 1, 0)]
    [InlineData(long.MinValue, 0)]
    public void Part_out_of_range_is_refused(long mantissa, int scale) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaledDecimal(mantissa, scale));

    private static ScaledDecimal Random(Random random) =>
        new(random.NextInt64(-ScaledDecimal.MaxMantissa, ScaledDecimal.MaxMantissa + 1) / PowersOfTen.At(random.Next(19)) * (random.Next(3) == 0 ? 0 : 1), random.Next(19));
}
