using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace TraderData.Cli;

/// <summary>Which spans are sent to a collector: requests, what they ask of the database, of storage and of sources, and runs of jobs.</summary>
internal static class TracesPipeline
{
    private static readonly string[] Sources = ["System.Net.Http", "Npgsql", "Quartz"];

    /// <summary>Begins to send.</summary>
    public static TracerProvider Build() => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(CollectorSettings.Describe)
        .AddAspNetCoreInstrumentation(options => options.Filter = context => context.Request.Path.Value is not ("/health" or "/metrics" or "/ready"))
        .AddSource(Sources)
        .AddProcessor(new QueryRemover())
        .AddOtlpExporter()
        .Build();

    /// <summary>Takes queries out of spans, whatever the switches of the libraries say: that of a link is its signature, that of a source may name a cursor.</summary>
    private sealed class QueryRemover : BaseProcessor<Activity>
    {
        private static readonly string[] Addresses = ["url.full", "http.url", "http.target"];

        public override void OnEnd(Activity data)
        {
            data.SetTag("url.query", null);
            foreach (var name in Addresses)
            {
                if (data.GetTagItem(name) is string address && address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query)
                    data.SetTag(name, address[..query]);
            }
        }
    }
}
