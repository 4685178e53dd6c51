using System.Numerics.Tensors;

namespace TraderData.Rounds;

/// <summary>
/// <c>vwap_distance_20</c>: the close over the volume-weighted average of typical prices, (H + L + C) / 3, of the last 20 bars, less one. None while there was no
/// volume. Bars' own vwaps are not used: not every source has them.
/// </summary>
internal sealed class VwapDistance : Feature
{
    private const int Bars = 20;

    public static readonly FeatureDefinition Definition = new(
        "vwap_distance_20", "1 (ratio)", Bars, "Close over the volume-weighted typical price of 20 bars, less one", () => new VwapDistance());

    public override void Compute(in BarSlab bars, Span<double> values)
    {
        var first = RollingSum.FirstFull(bars, Bars, values);
        if (first == bars.Count)
            return;
        var from = bars.History + first - (Bars - 1);
        var volumes = bars.Volumes[from..];
        var distances = values[first..];
        var (money, traded) = (new double[volumes.Length], new double[distances.Length]);
        TensorPrimitives.Add(bars.Highs[from..], bars.Lows[from..], money);
        TensorPrimitives.Add(money, bars.Closes[from..], money);
        TensorPrimitives.Divide(money, 3, money);
        TensorPrimitives.Multiply(money, volumes, money);
        RollingSum.Of(money, Bars, distances);
        RollingSum.Of(volumes, Bars, traded);
        TensorPrimitives.Divide(distances, traded, distances);
        TensorPrimitives.Divide(bars.Closes[(bars.History + first)..], distances, distances);
        TensorPrimitives.Subtract(distances, 1, distances);
    }
}
