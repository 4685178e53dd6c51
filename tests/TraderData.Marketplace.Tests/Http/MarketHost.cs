using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TraderData.Api;
using TraderData.Core;
using TraderData.Storage;

namespace TraderData.Marketplace.Tests;

/// <summary>The API with the marketplace behind a real Kestrel on a port that the system gives.</summary>
internal sealed class MarketHost : IAsyncDisposable
{
    public const string Argument = "--market-host";

    public const string Pepper = "a pepper of the tests, long enough to be one";

    private readonly WebApplication _app;

    private MarketHost(WebApplication app, AllLogs log)
    {
        (_app, Log) = (app, log);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>Everything that was logged, down to the last detail.</summary>
    public AllLogs Log { get; }

    public IMarketplaceStore Store => _app.Services.GetRequiredService<IMarketplaceStore>();

    public IBarStore Bars => _app.Services.GetRequiredService<IBarStore>();

    public TokenBook Tokens => _app.Services.GetRequiredService<TokenBook>();

    /// <summary>Starts it.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="database">The database; empty for none.</param>
    /// <param name="configure">Has the last word on its services.</param>
    /// <param name="withTokens">False to leave the marketplace off.</param>
    public static async Task<MarketHost> StartAsync(string folder, string database, Action<WebApplicationBuilder>? configure = null, bool withTokens = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new AllLogs();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddTraderDataStorage(new StorageOptions { DataDirectory = folder, DatabaseUrl = database });
        builder.Services.AddTraderDataMarketplaceStore(folder);
        if (withTokens)
            builder.Services.AddTraderDataTokens(new MarketplaceOptions { Pepper = Pepper });
        configure?.Invoke(builder);
        builder.Services.AddTraderDataApi();
        var app = builder.Build();
        await app.Services.GetRequiredService<TraderDataStorage>().MigrateAsync(CancellationToken.None);
        app.MapTraderDataApi();
        await app.StartAsync(CancellationToken.None);
        return new MarketHost(app, log);
    }

    /// <summary>Is the service as a process of its own: tells its address, and lives until it is killed.</summary>
    public static async Task<int> RunAsync(string folder, string database)
    {
        await using var host = await StartAsync(folder, database);
        Console.WriteLine(host.Address);
        // Ends with who started it, at the latest.
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Keeps every line of every log, at every level.</summary>
internal sealed class AllLogs : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel} {eventId} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
