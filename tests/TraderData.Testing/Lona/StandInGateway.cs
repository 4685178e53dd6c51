using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TraderData.Testing;

/// <summary>A symbol as the stand-in has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Data">The file that was uploaded.</param>
/// <param name="Metadata">What was said of it.</param>
public sealed record StandInSymbol(string Id, string Data, JsonElement Metadata)
{
    /// <summary>Its name.</summary>
    public string Name => Metadata.GetProperty("name").GetString()!;
}

/// <summary>Lona's gateway on a real Kestrel: symbols that are uploaded, listed and deleted. What goes wrong is said as for RunPod's.</summary>
public sealed class StandInGateway : IAsyncDisposable
{
    /// <summary>The token that opens it.</summary>
    public const string Token = "lona_TOKENOFTHETESTS0123456789";

    /// <summary>The agent that it knows.</summary>
    public const string Agent = "agent-7";

    private readonly WebApplication _app;
    private int _symbols;

    private StandInGateway(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All symbols, by id.</summary>
    public ConcurrentDictionary<string, StandInSymbol> Symbols { get; } = new();

    /// <summary>Everything that was asked, as <c>GET /api/v1/symbols?skip=0&amp;limit=100</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>What goes wrong with a request, by its method.</summary>
    public Func<string, StandInFault?> Fault { get; set; } = _ => null;

    /// <summary>Starts it on a port that the system gives.</summary>
    public static async Task<StandInGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var made = new StandInGateway(builder.Build());
        made._app.MapPost("/api/v1/symbols", context => made.AnswerAsync(context, made.TakeAsync));
        made._app.MapGet("/api/v1/symbols", context => made.AnswerAsync(context, made.ListAsync));
        made._app.MapGet("/api/v1/symbols/{id}", context => made.AnswerAsync(context, made.FindAsync));
        made._app.MapDelete("/api/v1/symbols/{id}", context => made.AnswerAsync(context, made.DeleteAsync));
        await made._app.StartAsync(CancellationToken.None);
        made.Address = new Uri(made._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return made;
    }

    /// <summary>Puts a symbol there, as if somebody had uploaded it.</summary>
    public StandInSymbol Add(string name, string data = "")
    {
        using var metadata = JsonDocument.Parse(JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = name }));
        var symbol = new StandInSymbol(NextId(), data, metadata.RootElement.Clone());
        Symbols[symbol.Id] = symbol;
        return symbol;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, Task<(int Status, string Body)>> answer)
    {
        var request = context.Request;
        Asked.Enqueue($"{request.Method} {request.Path}{request.QueryString}");
        var fault = Fault(request.Method);
        var (status, body) = request.Headers["X-API-Key"] != Token || request.Headers["X-User-Id"] != Agent
            ? (401, Error("UNAUTHORIZED", $"no agent has the token {request.Headers["X-API-Key"]}"))
            : fault is { IsDone: false } ? (0, "") : await answer(context);
        if (fault is { IsSilent: true })
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        if (fault is { Status: null })
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = fault?.Status ?? status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(fault?.Body ?? body);
    }

    private async Task<(int Status, string Body)> TakeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form.Files.GetFile("file") is not { FileName: "data.csv", ContentType: "text/csv" } file || form["metadata"].Count != 1)
            return (422, Error("BAD_FORM", "file (data.csv, text/csv) and metadata are needed"));
        using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
        var data = await reader.ReadToEndAsync(context.RequestAborted);
        using var metadata = JsonDocument.Parse(form["metadata"].ToString());
        var symbol = new StandInSymbol(NextId(), data, metadata.RootElement.Clone());
        if (Symbols.Values.Any(other => other.Name == symbol.Name))
            return (409, Error("NAME_TAKEN", $"a symbol named {symbol.Name} exists"));
        if (!data.StartsWith("timestamp,open,high,low,close,volume\n", StringComparison.Ordinal))
            return (422, Error("BAD_COLUMNS", "the columns must be timestamp,open,high,low,close,volume"));
        Symbols[symbol.Id] = symbol;
        return (201, "{\"data\":{\"id\":\"" + symbol.Id + "\"}}");
    }

    private Task<(int Status, string Body)> ListAsync(HttpContext context)
    {
        var (skip, limit) = (Number(context, "skip"), Number(context, "limit"));
        if (limit is < 1 or > 100)
            return Task.FromResult((422, Error("BAD_LIMIT", "limit must be 1 to 100")));
        var all = Symbols.Values.OrderBy(s => s.Id, StringComparer.Ordinal).ToList();
        var items = string.Join(',', all.Skip(skip).Take(limit).Select(Json));
        var hasNext = skip + limit < all.Count ? "true" : "false";
        return Task.FromResult((200, "{\"data\":{\"items\":[" + items + "],\"has_next\":" + hasNext + ",\"total\":" + all.Count.ToString(CultureInfo.InvariantCulture) + "}}"));
    }

    private Task<(int Status, string Body)> FindAsync(HttpContext context) => Task.FromResult(
        Symbols.TryGetValue((string)context.Request.RouteValues["id"]!, out var symbol) ? (200, "{\"data\":" + Json(symbol) + "}") : (404, Error("NOT_FOUND", "no such symbol")));

    private Task<(int Status, string Body)> DeleteAsync(HttpContext context) => Task.FromResult(
        Symbols.TryRemove((string)context.Request.RouteValues["id"]!, out _) ? (204, "") : (404, Error("NOT_FOUND", "no such symbol")));

    private static string Json(StandInSymbol symbol) => $$"""{"id":"{{symbol.Id}}","name":{{JsonSerializer.Serialize(symbol.Name)}},"frequency":"1h","rows":{{symbol.Data.Count(c => c == '\n')}}}""";

    private static string Error(string code, string message) => "{\"error\":{\"code\":\"" + code + "\",\"message\":" + JsonSerializer.Serialize(message) + "}}";

    private static int Number(HttpContext context, string name) => int.Parse(context.Request.Query[name].ToString(), CultureInfo.InvariantCulture);

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"sym_{Interlocked.Increment(ref _symbols):d6}");
}
