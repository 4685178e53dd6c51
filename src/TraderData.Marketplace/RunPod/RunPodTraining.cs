using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>
/// Training runs as jobs of one of RunPod's serverless endpoints: <c>POST {endpoint}/run</c>, <c>GET {endpoint}/status/{id}</c>, <c>POST {endpoint}/cancel/{id}</c>, <c>GET {endpoint}/health</c>
/// (docs.runpod.io/serverless/endpoints/operation-reference). What became of a job is told for half an hour, then it is gone.
/// </summary>
internal sealed class RunPodTraining(RunPodHttp http, RunPodOptions options) : ITrainingProvider
{
    private const string Settings = "RUNPOD_ENDPOINT_ID and RUNPOD_BASE_URL";

    /// <inheritdoc/>
    public string Name => "runpod";

    /// <inheritdoc/>
    public async Task<string> StartAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Post, options.EndpointId, "run", RunPodJob.Write(order), cancellationToken);
        return RunPodOutput.TextAt(answer, "id") is { } id && RunPodId.IsOne(id)
            ? RunPodId.OfJob(options.EndpointId, id)
            : throw new ProviderException(ProviderErrorKind.Unclear, "RunPod took a job and told no id that can be one");
    }

    /// <inheritdoc/>
    public async Task<TrainingProgress> LookAsync(string providerId, CancellationToken cancellationToken)
    {
        var (endpoint, job) = RunPodId.Split(providerId);
        try
        {
            return RunPodOutput.Read(await SendAsync(HttpMethod.Get, endpoint, $"status/{job}", null, cancellationToken));
        }
        catch (ProviderException e) when (e.Kind == ProviderErrorKind.NotFound)
        {
            return new TrainingProgress(ProgressState.Gone);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> StopAsync(string providerId, CancellationToken cancellationToken)
    {
        var (endpoint, job) = RunPodId.Split(providerId);
        try
        {
            return RunPodOutput.Read(await SendAsync(HttpMethod.Post, endpoint, $"cancel/{job}", null, cancellationToken)).IsOver;
        }
        catch (ProviderException e) when (e.Kind == ProviderErrorKind.NotFound)
        {
            return true;
        }
        catch (ProviderException e) when (e.Kind == ProviderErrorKind.Refused)
        {
            // Perhaps it was over by then.
            if ((await LookAsync(providerId, cancellationToken)).IsOver)
                return true;
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<string> CheckAsync(CancellationToken cancellationToken)
    {
        var health = await SendAsync(HttpMethod.Get, options.EndpointId, "health", null, cancellationToken);
        return $"endpoint {options.EndpointId}: {Count(health, "workers", "idle")} workers idle, {Count(health, "workers", "running")} running; "
            + $"{Count(health, "jobs", "inQueue")} jobs in its queue, {Count(health, "jobs", "inProgress")} in progress";
    }

    private static string Count(JsonElement health, string group, string name) =>
        RunPodOutput.At(RunPodOutput.At(health, group), name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count) ? $"{count}" : "?";

    private Task<JsonElement> SendAsync(HttpMethod method, string endpoint, string operation, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken) =>
        http.SendAsync(method, new RunPodAddress(options.BaseUrl, $"{endpoint}/{operation}", Settings), body, cancellationToken);
}
