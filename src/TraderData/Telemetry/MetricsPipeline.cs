using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace TraderData.Cli;

/// <summary>Which instruments are collected, and under which names they leave the program.</summary>
internal static class MetricsPipeline
{
    private const string Own = "TraderData.";

    // Ours, and what the platform measures of requests, connections, memory and the database.
    private static readonly string[] Meters =
        ["TraderData.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql"];

    // From a stored streamed bar (hundredths of a second) to the longest jobs (an hour).
    private static readonly double[] Seconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

    /// <summary>Begins to collect.</summary>
    /// <param name="exports">Whether a collector is sent to as well.</param>
    public static MeterProvider Build(bool exports)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(CollectorSettings.Describe)
            .AddMeter(Meters)
            .AddView(ViewOf)
            .AddPrometheusExporter(options => options.ScrapeResponseCacheDurationMilliseconds = 0);
        if (exports)
            builder.AddOtlpExporter();
        return builder.Build();
    }

    /// <summary>What answers with everything that is collected, as Prometheus reads it.</summary>
    public static RequestDelegate EndpointOf(WebApplication app, MeterProvider meters)
    {
        var branch = ((IApplicationBuilder)app).New();
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(meters, predicate: _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
        return branch.Build();
    }

    // Whoever reads them beside those of other programs must see whose they are.
    private static MetricStreamConfiguration? ViewOf(Instrument instrument)
    {
        if (!instrument.Meter.Name.StartsWith(Own, StringComparison.Ordinal))
            return null;
        var name = $"trader_data.{instrument.Name}";
        return instrument is Histogram<double> ? new ExplicitBucketHistogramConfiguration { Name = name, Boundaries = Seconds } : new MetricStreamConfiguration { Name = name };
    }
}
