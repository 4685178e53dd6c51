using System.Numerics.Tensors;

namespace TraderData.Rounds;

/// <summary><c>volume_zscore_20</c>: how many standard deviations the volume is from the mean of the last 20 bars, this one counted. None while it does not vary.</summary>
internal sealed class VolumeZScore : Feature
{
    private const int Bars = 20;
    private const double LeastVariation = 1e-12;

    public static readonly FeatureDefinition Definition =
        new("volume_zscore_20", "standard deviations", Bars, "Volume less its mean over 20 bars, in population standard deviations over the same", () => new VolumeZScore());

    public override void Compute(in BarSlab bars, Span<double> values)
    {
        var first = RollingSum.FirstFull(bars, Bars, values);
        if (first == bars.Count)
            return;
        var scores = values[first..];
        var volumes = bars.Volumes[(bars.History + first - (Bars - 1))..];
        var (means, squares, differences) = (new double[scores.Length], new double[scores.Length], new double[scores.Length]);
        RollingSum.Of(volumes, Bars, means);
        TensorPrimitives.Divide(means, Bars, means);
        for (var i = 0; i < Bars; i++)
        {
            TensorPrimitives.Subtract(volumes.Slice(i, scores.Length), means, differences);
            TensorPrimitives.Multiply(differences, differences, differences);
            TensorPrimitives.Add(squares, differences, squares);
        }

        TensorPrimitives.Divide(squares, Bars, squares);
        TensorPrimitives.Sqrt(squares, squares);
        TensorPrimitives.Subtract(volumes[(Bars - 1)..], means, scores);
        TensorPrimitives.Divide(scores, squares, scores);
        // Of equal volumes the mean is off by a rounding, and the quotient of two roundings is no score.
        for (var i = 0; i < scores.Length; i++)
            scores[i] = squares[i] <= means[i] * LeastVariation ? double.NaN : scores[i];
    }
}
