namespace TraderData.Jobs;

/// <summary>How series of the watch list are kept up to date.</summary>
public sealed class IngestOptions
{
    /// <summary>The default of <see cref="FirstBars"/>: a day of 1m.</summary>
    public const int DefaultFirstBars = 1_440;

    /// <summary>The default of <see cref="RereadBars"/>: what a source still settles after the close is settled within the next bars.</summary>
    public const int DefaultRereadBars = 3;

    /// <summary>How many bars back a series begins that is not held yet, 1 to 1,000,000.</summary>
    public int FirstBars { get; set; } = DefaultFirstBars;

    /// <summary>How many of the last bars that are held are asked for again, so that late changes are seen, 0 to 10,000.</summary>
    public int RereadBars { get; set; } = DefaultRereadBars;

    /// <summary>What is wrong with these settings; empty when nothing.</summary>
    internal IEnumerable<string> Check()
    {
        if (FirstBars is < 1 or > 1_000_000)
            yield return $"first bars must be 1 to 1000000, was {FirstBars}";
        if (RereadBars is < 0 or > 10_000)
            yield return $"reread bars must be 0 to 10000, was {RereadBars}";
    }
}
