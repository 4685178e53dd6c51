using System.Text.RegularExpressions;
using TraderData.Jobs;

namespace TraderData.Cli;

/// <summary>Finds every setting that is wrong, and gives settings with which the rest can be checked.</summary>
internal static partial class SettingsCheck
{
    private const string Remedy = "set it in appsettings.json, the environment or by a flag; docs/configuration.md tells what it may be";

    /// <summary>What to do about a watch list.</summary>
    public const string WatchListRemedy = "correct WatchList in appsettings.json";

    /// <summary>Reads the settings.</summary>
    /// <param name="flags">Settings given as flags.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="wrong">The settings that are wrong, by name; they stand at their defaults in what is given.</param>
    public static Settings Read(IReadOnlyList<(string Name, string? Value)> flags, out IReadOnlyList<Finding> findings, out IReadOnlySet<string> wrong)
    {
        var (settings, faults) = SettingsReader.ReadAll(flags);
        faults = [.. faults, .. SettingsReader.CheckRound(settings)];
        var names = faults.SelectMany(NamesIn).ToHashSet(StringComparer.Ordinal);
        var defaults = new Settings();
        foreach (var property in typeof(Settings).GetProperties().Where(p => names.Contains(p.Name)))
            property.SetValue(settings, property.GetValue(defaults));
        wrong = names;

        // Entries that cannot be read leave nothing to look up.
        _ = WatchList.Parse(settings.WatchList, out var misread);
        if (misread.Count > 0)
            settings.WatchList = [];
        faults = [.. faults, .. CheckJobs(settings, defaults).Except(faults)];
        List<Finding> found = [.. faults.Select(fault => Finding.Failed("settings", fault, Remedy)), .. misread.Select(fault => Finding.Failed("watch list", fault, WatchListRemedy))];
        findings = faults.Count > 0 ? found
            : [Finding.Ok("settings", $"data in {Path.GetFullPath(settings.DataDirectory)}, {settings.WatchList.Length} watched, port {settings.Port}"), .. found];
        return settings;
    }

    // Jobs have bounds of their own, and nothing can be put together while they are not met.
    private static IReadOnlyList<string> CheckJobs(Settings settings, Settings defaults)
    {
        var faults = Services.JobsOf(settings, runJobs: true).Check();
        if (faults.Count > 0)
        {
            (settings.RoundCron, settings.LonaCron, settings.LonaExports, settings.CrossCheckSeries) = (defaults.RoundCron, defaults.LonaCron, defaults.LonaExports, defaults.CrossCheckSeries);
            (settings.RepairVerifyAfterMinutes, settings.RepairRetryAfterMinutes, settings.RepairRetryAtMostMinutes) =
                (defaults.RepairVerifyAfterMinutes, defaults.RepairRetryAfterMinutes, defaults.RepairRetryAtMostMinutes);
        }

        return faults;
    }

    // A fault names the settings that it is about, as the environment or as appsettings.json has them.
    private static IEnumerable<string> NamesIn(string fault) => Word().Matches(fault).Select(word => word.Value)
        .Select(word => SettingsReader.EnvironmentNames.GetValueOrDefault(word, word));

    [GeneratedRegex(@"\w+", RegexOptions.None, 1_000)]
    private static partial Regex Word();
}
