using Quartz;

namespace TraderData.Jobs;

/// <summary>The names that jobs have for people: <c>seal</c>, <c>ingest:binance:1m</c>, <c>backfill:{id}</c>.</summary>
internal static class JobNames
{
    /// <summary>The name of a job.</summary>
    public static string Of(JobKey key) => key.Name == key.Group ? key.Name : $"{key.Group}:{key.Name}";

    /// <summary>The key of a name; null for what can be none.</summary>
    public static JobKey? KeyOf(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (name.Length == 0 || colon == 0 || colon == name.Length - 1)
            return null;
        return colon < 0 ? new JobKey(name, name) : new JobKey(name[(colon + 1)..], name[..colon]);
    }
}
