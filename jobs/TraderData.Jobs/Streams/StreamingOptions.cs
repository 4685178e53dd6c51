namespace TraderData.Jobs;

/// <summary>How what is watched is followed over streams.</summary>
public sealed class StreamingOptions
{
    /// <summary>The default of <see cref="ParallelWrites"/>: with a database on the same machine more is not faster.</summary>
    public const int DefaultParallelWrites = 8;

    /// <summary>True to follow streams where jobs run.</summary>
    public bool Enabled { get; set; }

    /// <summary>How many series of a source are written at a time, 1 to 100. Bars of many series close in the same second.</summary>
    public int ParallelWrites { get; set; } = DefaultParallelWrites;

    /// <summary>How often the watch list is looked at.</summary>
    internal TimeSpan LookEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>About how long after a connection broke it is made again; twice as long after each further failure.</summary>
    internal TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest time between two tries.</summary>
    internal TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What is wrong with these settings; empty when nothing.</summary>
    internal IEnumerable<string> Check()
    {
        if (ParallelWrites is < 1 or > 100)
            yield return $"parallel writes of streams must be 1 to 100, was {ParallelWrites}";
    }
}
