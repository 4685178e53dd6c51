using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TraderData.Simulator;

/// <summary>
/// A running exchange on the loopback address that speaks Binance's wire (<c>/api/v3/*</c>) and Alpaca's (<c>/v2/stocks/*</c>,
/// <c>/v1beta3/crypto/us/*</c>) under one base URL, their streams (<c>/stream</c>, <c>/v2/iex</c>, <c>/v1beta3/crypto/us</c>) included. <c>/sim/faults</c> and <c>/sim/stats</c> belong to tests.
/// </summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private readonly SimulatorRouter _router;

    private SimulatorHost(WebApplication app, CancellationTokenSource stopping, SimulatorRouter router, Uri baseUrl)
    {
        (_app, _stopping, _router, BaseUrl) = (app, stopping, router, baseUrl);
        (Faults, Stats, Recordings, Truth) = (router.Faults, router.Stats, router.Recordings, router.Truth);
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:9000/</c>.</summary>
    public Uri BaseUrl { get; }

    /// <summary>Where its streams are: <c>ws://127.0.0.1:9000/</c>.</summary>
    public Uri StreamUrl => new UriBuilder(BaseUrl) { Scheme = "ws" }.Uri;

    /// <summary>The faults that wait for a request.</summary>
    public FaultScript Faults { get; }

    /// <summary>What was asked so far.</summary>
    public SimulatorStats Stats { get; }

    /// <summary>The recorded series that are served, by wire, symbol and timeframe; empty for a generated market.</summary>
    public IReadOnlyList<RecordedSeriesInfo> Recordings { get; }

    /// <summary>What the generated market was; null for recordings.</summary>
    public MarketTruth? Truth { get; }

    /// <summary>Starts an exchange.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="Core.BadDataException">A recording cannot be read.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, CancellationToken cancellationToken)
    {
        var stopping = new CancellationTokenSource();
        WebApplication? app = null;
        try
        {
            var router = new SimulatorRouter(options, stopping.Token);
            app = Build(options);
            app.UseWebSockets();
            app.Run(router.HandleAsync);
            await app.StartAsync(cancellationToken);
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            var host = new SimulatorHost(app, stopping, router, new Uri(address));
            SimulatorLog.Started(options.Logger, host.BaseUrl, options.RecordingsDirectory ?? $"generated from seed {options.Seed}");
            return host;
        }
        catch
        {
            stopping.Dispose();
            if (app is not null)
                await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Says that a client was killed: when a ban of Binance's wire was told within <see cref="SimulatorOptions.BanNotice"/> before, it may have been told to nobody who is left, and
    /// the notice begins with the next answer.
    /// </summary>
    public void LoseBanNotice() => _router.LoseBanNotice();

    /// <summary>Stops listening; requests that hang are let go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(SimulatorOptions options)
    {
        // Settings of the program around it, such as PORT or ASPNETCORE_URLS, are not the simulator's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "simulator" });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    // It ends when its owner says so. By itself it would end with the signal that stops the program, before those who still ask it.
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
