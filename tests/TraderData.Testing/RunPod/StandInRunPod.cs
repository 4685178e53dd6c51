using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TraderData.Testing;

/// <summary>What goes wrong with one request.</summary>
/// <param name="IsDone">Whether it is done nevertheless.</param>
/// <param name="Status">What is answered; null to break the connection off.</param>
/// <param name="Body">The answer's body; null for the one that there would have been.</param>
public sealed record StandInFault(bool IsDone, int? Status, string? Body = null)
{
    /// <summary>Nothing is answered until the client goes away.</summary>
    public bool IsSilent { get; init; }
}

/// <summary>A job as the stand-in has it.</summary>
public sealed class StandInJob(string id, JsonElement body)
{
    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>What it was handed over as.</summary>
    public JsonElement Body { get; } = body;

    /// <summary>The run that it is of.</summary>
    public string RunId { get; } = body.GetProperty("input").GetProperty("run_id").GetString()!;

    /// <summary>How it fares.</summary>
    public string Status { get; set; } = "IN_QUEUE";

    /// <summary>Its output, JSON; null for none.</summary>
    public string? Output { get; set; }

    /// <summary>Its error; null for none.</summary>
    public string? Error { get; set; }

    /// <summary>Whether it ever ran: then it is paid for.</summary>
    public bool Ran { get; set; }

    /// <summary>Whether it waits or runs.</summary>
    public bool IsLive => Status is "IN_QUEUE" or "IN_PROGRESS";
}

/// <summary>RunPod's job endpoints and pods on a real Kestrel, without the bill.</summary>
public sealed class StandInRunPod : IAsyncDisposable
{
    /// <summary>The key that opens it.</summary>
    public const string Key = "rpa_KEYOFTHETESTS0123456789ABCDEFGH";

    /// <summary>The endpoint that there is.</summary>
    public const string Endpoint = "4m7x2k9qabcdef";

    private readonly WebApplication _app;
    private int _jobs;

    private StandInRunPod(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All jobs that were ever taken, in no order.</summary>
    public ConcurrentDictionary<string, StandInJob> Jobs { get; } = new();

    /// <summary>Everything that was asked, as <c>POST /jobs/v2/…</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Runs that had a job already when another one came.</summary>
    public ConcurrentQueue<string> Twice { get; } = new();

    /// <summary>Its pods.</summary>
    public StandInPods Pods { get; } = new();

    /// <summary>What goes wrong with a request, by its operation: <c>run</c>, <c>status</c>, <c>cancel</c>, <c>health</c>, <c>pods</c>.</summary>
    public Func<string, StandInFault?> Fault { get; set; } = _ => null;

    /// <summary>Where jobs are handed over.</summary>
    public Uri BaseUrl => new(Address, "/jobs/v2");

    /// <summary>Where pods are made.</summary>
    public Uri PodsUrl => new(Address, "/rest/v2/");

    /// <summary>Starts it on a port that the system gives.</summary>
    public static async Task<StandInRunPod> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var made = new StandInRunPod(builder.Build());
        made.Map();
        await made._app.StartAsync(CancellationToken.None);
        made.Address = new Uri(made._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return made;
    }

    /// <summary>The only job there is of a run.</summary>
    public StandInJob JobOf(string runId) => Jobs.Values.Single(job => job.RunId == runId);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map()
    {
        const string jobs = "/jobs/v2/{endpoint}";
        _app.MapPost($"{jobs}/run", context => AnswerAsync(context, "run", TakeAsync));
        _app.MapGet($"{jobs}/status/{{id}}", context => AnswerAsync(context, "status", LookAsync));
        _app.MapPost($"{jobs}/cancel/{{id}}", context => AnswerAsync(context, "cancel", CancelAsync));
        _app.MapGet($"{jobs}/health", context => AnswerAsync(context, "health", TellHealthAsync));
        _app.MapPost("/rest/v2/pods", context => AnswerAsync(context, "pods", Pods.CreateAsync));
        _app.MapGet("/rest/v2/pods", context => AnswerAsync(context, "pods", Pods.ListAsync));
        _app.MapGet("/rest/v2/pods/{id}", context => AnswerAsync(context, "pods", Pods.FindAsync));
        _app.MapDelete("/rest/v2/pods/{id}", context => AnswerAsync(context, "pods", Pods.DeleteAsync));
    }

    private async Task AnswerAsync(HttpContext context, string operation, Func<HttpContext, Task<(int Status, string Body)>> answer)
    {
        Asked.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (context.Request.Headers.Authorization.ToString() != $"Bearer {Key}")
        {
            await WriteAsync(context, 401, """{"error":"unauthorized"}""");
            return;
        }

        if (context.Request.RouteValues["endpoint"] is string endpoint && endpoint != Endpoint)
        {
            await WriteAsync(context, 404, """{"error":"endpoint not found"}""");
            return;
        }

        var fault = Fault(operation);
        var done = fault is null or { IsDone: true } ? await answer(context) : (Status: 0, Body: "");
        if (fault is { IsSilent: true })
            await WhenGoneAsync(context);
        else if (fault is { Status: null })
            context.Abort();
        else
            await WriteAsync(context, fault?.Status ?? done.Status, fault?.Body ?? done.Body);
    }

    private static async Task WhenGoneAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        if (body.Length == 0)
            return Task.CompletedTask;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    private async Task<(int, string)> TakeAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var job = new StandInJob($"{Interlocked.Increment(ref _jobs):D8}-4474-4565-9243-694ffeb65218-u1", body.RootElement.Clone());
        if (Jobs.Values.Any(other => other.RunId == job.RunId && other.IsLive))
            Twice.Enqueue(job.RunId);
        Jobs[job.Id] = job;
        return (200, $$"""{"id":"{{job.Id}}","status":"IN_QUEUE"}""");
    }

    private Task<(int, string)> LookAsync(HttpContext context) => WithJobAsync(context, Render);

    private Task<(int, string)> CancelAsync(HttpContext context) => WithJobAsync(context, Cancel);

    private static Task<(int, string)> TellHealthAsync(HttpContext context) => Task.FromResult(
        (200, """{"jobs":{"completed":1,"failed":5,"inProgress":3,"inQueue":2,"retried":0},"workers":{"idle":1,"running":4},"new":{}}"""));

    private Task<(int, string)> WithJobAsync(HttpContext context, Func<StandInJob, string> answer) => Task.FromResult(
        Jobs.TryGetValue((string)context.Request.RouteValues["id"]!, out var job) ? (200, answer(job)) : (404, """{"error":"job not found"}"""));

    private static string Cancel(StandInJob job)
    {
        if (job.IsLive)
            job.Status = "CANCELLED";
        return Render(job);
    }

    private static string Render(StandInJob job)
    {
        var output = job.Output is null ? "" : $",\"output\":{job.Output}";
        var error = job.Error is null ? "" : $",\"error\":{JsonSerializer.Serialize(job.Error)}";
        return $$"""{"delayTime":31618,"id":"{{job.Id}}","status":"{{job.Status}}","workerId":"w"{{output}}{{error}}}""";
    }
}
