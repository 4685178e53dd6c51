using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Rounds;
using TraderData.Testing;

namespace TraderData.Api.Tests;

/// <summary>The API behind a real Kestrel on a port that the system gives.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>The time at the API's clock unless a test says otherwise.</summary>
    public const string Now = "2024-03-01T12:34:56Z";

    private readonly WebApplication _app;

    private ApiHost(WebApplication app, CapturedLog log)
    {
        (_app, Log) = (app, log);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public CapturedLog Log { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ApiHost> StartAsync(IBarStore store, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(store).AddSingleton<IInstrumentBook, MemoryBook>().AddSingleton<IBarChanges>(new MemoryChanges()).AddSingleton<IProvisionalBars>(new MemoryProvisional()).AddSingleton<IRounds, NoRounds>();
        builder.Services.AddSingleton<IFileStore, MemoryFiles>().AddSingleton<LonaExport>().AddSingleton<ExportDesk>();
        builder.Services.AddSingleton<TimeProvider>(new FixedTime(Now));
        builder.Services.AddTraderDataApi();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapTraderDataApi();
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiHost(app, log);
    }

    /// <summary>The answer to a GET.</summary>
    public async Task<Answer> GetAsync(string pathAndQuery) => await SendAsync(HttpMethod.Get, pathAndQuery);

    public async Task<Answer> SendAsync(HttpMethod method, string pathAndQuery, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(pathAndQuery, UriKind.Relative));
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, bytes, response.Headers, response.Content.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(int Status, byte[] Bytes, System.Net.Http.Headers.HttpResponseHeaders Headers, System.Net.Http.Headers.HttpContentHeaders ContentHeaders)
{
    public string Text { get; } = Encoding.UTF8.GetString(Bytes);

    /// <summary>A header's value; null when it is not there.</summary>
    public string? this[string name] => Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}
