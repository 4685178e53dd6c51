namespace TraderData.Jobs;

/// <summary>When repair asks a source again.</summary>
public sealed class RepairOptions
{
    /// <summary>The default of <see cref="VerifyAfter"/>: by then a source has filled in what it publishes late.</summary>
    public static readonly TimeSpan DefaultVerifyAfter = TimeSpan.FromHours(1);

    /// <summary>The default of <see cref="RetryAfter"/>: most outages are over by then.</summary>
    public static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromMinutes(15);

    /// <summary>The default of <see cref="RetryAtMost"/>: what fails for days costs one request a day.</summary>
    public static readonly TimeSpan DefaultRetryAtMost = TimeSpan.FromDays(1);

    /// <summary>How old bars must be to be asked for a second time, up to 30 days.</summary>
    public TimeSpan VerifyAfter { get; init; } = DefaultVerifyAfter;

    /// <summary>How long after the first failure a range is asked for again, a minute to 30 days; twice as long after each further one.</summary>
    public TimeSpan RetryAfter { get; init; } = DefaultRetryAfter;

    /// <summary>The longest time between two tries, <see cref="RetryAfter"/> to 30 days.</summary>
    public TimeSpan RetryAtMost { get; init; } = DefaultRetryAtMost;

    /// <summary>When a failed range is asked for again, Unix milliseconds UTC.</summary>
    /// <param name="failedMs">When it failed last.</param>
    /// <param name="tries">How often in a row, 1 or more.</param>
    internal long DueMs(long failedMs, int tries)
    {
        // 2^30 minutes are 2,000 years.
        var waitMs = Math.Min(RetryAfter.TotalMilliseconds * Math.Pow(2, Math.Min(tries - 1, 30)), RetryAtMost.TotalMilliseconds);
        return failedMs + (long)waitMs;
    }

    /// <summary>What is wrong with these settings; empty when nothing.</summary>
    public IEnumerable<string> Check()
    {
        var longest = TimeSpan.FromDays(30);
        if (VerifyAfter < TimeSpan.Zero || VerifyAfter > longest)
            yield return $"repair verifies after must be 0 to 30 days, was {VerifyAfter}";
        if (RetryAfter < TimeSpan.FromMinutes(1) || RetryAfter > longest)
            yield return $"repair retries after must be 1 minute to 30 days, was {RetryAfter}";
        if (RetryAtMost < RetryAfter || RetryAtMost > longest)
            yield return $"repair retries at most after must be {RetryAfter} (its first wait) to 30 days, was {RetryAtMost}";
    }
}
