using Quartz;
using TraderData.Rounds;

namespace TraderData.Jobs;

/// <summary>Which round is cut on a schedule, and when.</summary>
public sealed class BuildRoundOptions
{
    /// <summary>The default of <see cref="Cron"/>: early on Mondays, when Sunday was sealed, read again and cross-checked.</summary>
    public const string DefaultCron = "0 30 3 ? * MON";

    /// <summary>The file of the spec, read anew for each round; null for no rounds. It has no <c>as_of</c>, and <c>last</c> in place of <c>start</c> and <c>end</c>.</summary>
    public string? SpecFile { get; init; }

    /// <summary>When a round is cut, a Quartz cron expression in UTC: <c>as_of</c> is the very time that it names.</summary>
    public string Cron { get; init; } = DefaultCron;

    /// <summary>Tells what is wrong with the time; empty when nothing is.</summary>
    public IReadOnlyList<string> Check() =>
        CronExpression.TryParse(Cron, out _) ? [] : [$"build-round cron must be a Quartz cron expression such as {DefaultCron}, was '{Cron}'"];

    /// <summary>Reads the file and tells everything that is wrong with it; empty when nothing is.</summary>
    /// <param name="nowMs">The time, Unix milliseconds UTC.</param>
    public IReadOnlyList<string> CheckSpec(long nowMs)
    {
        try
        {
            if (SpecFile is not null)
                _ = ReadSpec(nowMs, nowMs - RoundSpec.SettledMs);
            return [];
        }
        catch (RoundSpecException e)
        {
            return [.. e.Faults.Select(fault => $"ROUND_SPEC {SpecFile}: {fault}")];
        }
    }

    /// <summary>The spec of the round that is cut at a time.</summary>
    /// <param name="nowMs">The time now, Unix milliseconds UTC.</param>
    /// <param name="cutMs">The round's <c>as_of</c>, Unix milliseconds UTC.</param>
    /// <exception cref="RoundSpecException">There is no such file, or it is no spec that can be cut again and again.</exception>
    internal RoundSpec ReadSpec(long nowMs, long cutMs)
    {
        try
        {
            var file = new FileInfo(SpecFile!);
            return file.Length <= RoundSpecJson.MaxBytes
                ? RoundSpecJson.Parse(File.ReadAllBytes(SpecFile!), nowMs, cutMs)
                : throw new RoundSpecException([$"a spec must have at most {RoundSpecJson.MaxBytes} bytes, has {file.Length}"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RoundSpecException([$"the file cannot be read: {e.Message}"]);
        }
    }
}
