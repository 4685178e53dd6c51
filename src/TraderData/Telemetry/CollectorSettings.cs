using OpenTelemetry.Resources;
using TraderData.Api;

namespace TraderData.Cli;

/// <summary>Whether a collector is named, by OpenTelemetry's own variables; what else they say its SDK reads.</summary>
internal static class CollectorSettings
{
    /// <summary>Whether metrics are sent.</summary>
    public static bool ExportsMetrics => IsSet("METRICS");

    /// <summary>Whether traces are sent.</summary>
    public static bool ExportsTraces => IsSet("TRACES");

    /// <summary>Adds who we are; <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> come last and win.</summary>
    public static void Describe(ResourceBuilder resource) => resource
        .Clear()
        .AddService(HealthText.Service, serviceVersion: HealthText.Version)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static bool IsSet(string signal) =>
        Has("OTEL_EXPORTER_OTLP_ENDPOINT") || Has($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");

    private static bool Has(string name) => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name));
}
