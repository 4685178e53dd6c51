using System.Numerics.Tensors;

namespace TraderData.Rounds;

/// <summary><c>realised_volatility_20</c>: the square root of the sum of the last 20 squared log returns (Andersen and Bollerslev 1998), not annualised.</summary>
internal sealed class RealisedVolatility : Feature
{
    /// <summary>How many returns.</summary>
    public const int Returns = 20;

    public static readonly FeatureDefinition Definition = new(
        "realised_volatility_20", "1 (natural logarithm)", Returns + 1, "Square root of the sum of the last 20 squared log returns, not annualised", () => new RealisedVolatility());

    public override void Compute(in BarSlab bars, Span<double> values)
    {
        // The return of a run's first bar is none, so that its window needs a bar more.
        var first = RollingSum.FirstFull(bars, Returns + 1, values);
        if (first == bars.Count)
            return;
        var from = bars.History + first - (Returns - 1);
        var returns = bars.Returns[from..];
        var squares = new double[returns.Length];
        TensorPrimitives.Multiply(returns, returns, squares);
        RollingSum.Of(squares, Returns, values[first..]);
        TensorPrimitives.Sqrt(values[first..], values[first..]);
    }
}
