using System.Reflection;

namespace TraderData.Api;

/// <summary>Who the service says it is.</summary>
public static class HealthText
{
    /// <summary>Its name.</summary>
    public const string Service = "trader-data";

    /// <summary>The version of this build: <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(HealthText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
