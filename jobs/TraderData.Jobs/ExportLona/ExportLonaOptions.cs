using System.Globalization;
using Quartz;
using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Jobs;

/// <summary>Which series are exported for Lona on a schedule, and when.</summary>
public sealed class ExportLonaOptions
{
    /// <summary>The default of <see cref="Cron"/>: when yesterday was sealed, read again and cross-checked.</summary>
    public const string DefaultCron = "0 45 3 * * ?";

    /// <summary>What is exported: <c>binance:BTCUSDT,ETHUSDT@1h:365d</c>, the 365 days up to the last midnight UTC. Empty for nothing.</summary>
    public IReadOnlyList<string> Entries { get; init; } = [];

    /// <summary>When, a Quartz cron expression in UTC: ranges end at the midnight before the very time that it names.</summary>
    public string Cron { get; init; } = DefaultCron;

    /// <summary>Tells everything that is wrong; empty when nothing is.</summary>
    public IReadOnlyList<string> Check()
    {
        _ = Parse(out var faults);
        return CronExpression.TryParse(Cron, out _) ? faults : [.. faults, $"LonaCron must be a Quartz cron expression such as {DefaultCron}, was '{Cron}'"];
    }

    /// <summary>Reads the entries.</summary>
    /// <param name="faults">One message for each that is wrong.</param>
    internal IReadOnlyList<LonaExportEntry> Parse(out IReadOnlyList<string> faults)
    {
        var (read, wrong) = (new List<LonaExportEntry>(), new List<string>());
        foreach (var entry in Entries)
        {
            if (LonaExportEntry.TryParse(entry ?? "", read) is { } fault)
                wrong.Add(fault);
        }

        faults = wrong;
        return [.. read.Distinct()];
    }
}

/// <summary>A series that is exported.</summary>
/// <param name="Series">The series.</param>
/// <param name="Days">How many days of it.</param>
internal sealed record LonaExportEntry(Series Series, int Days)
{
    // Longer than anything is traded that Lona takes.
    private const int MaxDays = 36_500;

    /// <summary>Reads an entry.</summary>
    /// <param name="entry">The text.</param>
    /// <param name="read">Takes its series.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? TryParse(string entry, List<LonaExportEntry> read)
    {
        var (colon, at) = (entry.IndexOf(':', StringComparison.Ordinal), entry.LastIndexOf('@'));
        var end = at < 0 ? -1 : entry.IndexOf(':', at);
        if (colon < 0 || at < colon || end < 0)
            return $"LonaExports: an entry must be like binance:BTCUSDT,ETHUSDT@1h:365d, was '{entry}'";
        var (source, timeframe, days) = (entry[..colon], entry[(at + 1)..end], entry[(end + 1)..]);
        if (Series.CheckSource(source) is { } wrongSource)
            return $"LonaExports: {wrongSource} in '{entry}'";
        if (!LonaUpload.Timeframes.Contains(timeframe, StringComparer.Ordinal))
            return $"LonaExports: timeframe must be one of {string.Join(' ', LonaUpload.Timeframes)}, was '{timeframe}' in '{entry}'";
        if (!days.EndsWith('d') || !int.TryParse(days.AsSpan(0, days.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MaxDays)
            return $"LonaExports: how far back must be 1d to {MaxDays}d, was '{days}' in '{entry}'";
        foreach (var symbol in entry[(colon + 1)..at].Split(',', StringSplitOptions.TrimEntries))
        {
            if (Series.CheckSymbol(symbol) is { } wrongSymbol)
                return $"LonaExports: {wrongSymbol} in '{entry}'";
            read.Add(new LonaExportEntry(new Series(source, symbol, Timeframe.Parse(timeframe)), count));
        }

        return null;
    }
}
