namespace TraderData.Rounds;

/// <summary><c>log_return</c>: ln(Cₜ / Cₜ₋₁).</summary>
internal sealed class LogReturn : Feature
{
    public static readonly FeatureDefinition Definition =
        new("log_return", "1 (natural logarithm)", 2, "Log return from the close before to this close", () => new LogReturn());

    public override void Compute(in BarSlab bars, Span<double> values) => bars.Returns[bars.History..].CopyTo(values);
}
