namespace TraderData.Rounds;

/// <summary>What a feature is, for people and for the manifest; its formula and source stand in docs/features.md.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Unit">What its values are in.</param>
/// <param name="Window">How many bars its first value of a run needs, the bar itself counted.</param>
/// <param name="Description">One line.</param>
/// <param name="Create">Makes one for a series.</param>
internal sealed record FeatureDefinition(string Name, string Unit, int Window, string Description, Func<Feature> Create)
{
    /// <summary>True when every value is a whole number.</summary>
    public bool IsInteger { get; init; }
}

/// <summary>
/// A number for each bar, of that bar and those before it in the same run without a gap. One object serves one series, from its first bar to its last.
/// The same bars give the same bits on every machine, however they are cut into slabs: additions have one order, and nothing is used that IEEE 754 leaves open.
/// </summary>
internal abstract class Feature
{
    /// <summary>Forgets all bars: a run begins.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Gives a value for each new bar.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="values">One for each new bar; what is not finite is no value.</param>
    public abstract void Compute(in BarSlab bars, Span<double> values);
}
