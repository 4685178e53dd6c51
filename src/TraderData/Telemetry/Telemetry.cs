using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace TraderData.Cli;

/// <summary>
/// Collects what the parts of the program measure, for <c>/metrics</c> and, where a collector is named by the standard variables, sends it and traces there. In a process that only answers it
/// begins a second behind the start of listening, or with the first scrape: the first answer needs none of it.
/// </summary>
internal sealed class Telemetry : IAsyncDisposable
{
    // A collector gets fresh values of the store with each of its exports, of which there is one a minute unless set otherwise.
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(30);

    // A process that is started by a request has half a processor to answer it with, and none to spare for measuring that.
    private static readonly TimeSpan BehindStart = TimeSpan.FromSeconds(1);

    private readonly Lazy<StoreSample> _sample;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<MeterProvider> _meters = new(() => MetricsPipeline.Build(CollectorSettings.ExportsMetrics));
    private readonly Lazy<TracerProvider?> _traces = new(() => CollectorSettings.ExportsTraces ? TracesPipeline.Build() : null);
    private Lazy<RequestDelegate>? _scrape;
    private Task _started = Task.CompletedTask;

    /// <summary>Makes one that collects nothing yet.</summary>
    /// <param name="services">Has the <see cref="StoreSample"/>, which is not made before it is needed.</param>
    /// <param name="time">The clock.</param>
    public Telemetry(IServiceProvider services, TimeProvider time) => (_sample, _time) = (new(services.GetRequiredService<StoreSample>), time);

    /// <summary>Has it begin when the program listens.</summary>
    /// <param name="app">The program.</param>
    /// <param name="atOnce">True to count from now on: what jobs do in their first second is counted.</param>
    public void Attach(WebApplication app, bool atOnce)
    {
        if (atOnce)
            _ = _meters.Value;
        _scrape = new Lazy<RequestDelegate>(() => MetricsPipeline.EndpointOf(app, _meters.Value));
        app.Lifetime.ApplicationStarted.Register(() => _started = Task.Run(RunAsync));
    }

    /// <summary>Answers a scrape.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        await _sample.Value.RefreshAsync(context.RequestAborted).ConfigureAwait(false);
        await _scrape!.Value(context).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_traces.IsValueCreated)
            _traces.Value?.Dispose();
        if (_meters.IsValueCreated)
            _meters.Value.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Delay(BehindStart, _time, _stopping.Token).ConfigureAwait(false);
        _ = _sample.Value;
        _ = _meters.Value;
        _ = _traces.Value;
        if (!CollectorSettings.ExportsMetrics)
            return;
        using var timer = new PeriodicTimer(SampleEvery, _time);
        do
            await _sample.Value.RefreshAsync(_stopping.Token).ConfigureAwait(false);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
    }
}
