namespace TraderData.Rounds.Tests;

public sealed class FixedLogTests
{
    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(2.0, 0.6931471805599453)]
    [InlineData(0.5, -0.6931471805599453)]
    [InlineData(Math.E, 1.0)]
    [InlineData(10.0, 2.302585092994046)]
    [InlineData(double.Epsilon, -744.4400719213812)]
    [InlineData(double.MaxValue, 709.782712893384)]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void Log_of_a_known_number_is_known(double x, double expected) => Assert.Equal(expected, FixedLog.Of(x));

    [Fact]
    public void Log_is_within_a_unit_in_the_last_place_of_the_librarys()
    {
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            var x = i % 2 == 0 ? 1 + ((random.NextDouble() - 0.5) * Math.Pow(10, -random.Next(1, 12))) : BitConverter.Int64BitsToDouble(random.NextInt64(1, 0x7fe0_0000_0000_0000));
            var (ours, theirs) = (FixedLog.Of(x), Math.Log(x));
            // Each is within one unit of the truth.
            Assert.True(Math.Abs(ours - theirs) <= 2 * Math.BitIncrement(Math.Abs(theirs)) - 2 * Math.Abs(theirs), $"ln {x:R} = {theirs:R}, was {ours:R}");
        }
    }
}
