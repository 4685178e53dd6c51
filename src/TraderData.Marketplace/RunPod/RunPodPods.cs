using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>
/// Pods over RunPod's REST API v2: <c>POST pods</c>, <c>GET pods</c> in pages of <c>{"pods":[…],"pagination":{"hasNextPage","nextCursor"}}</c>, <c>GET pods/{id}</c>, <c>DELETE pods/{id}</c>
/// (docs.runpod.io/api-reference-v2). A list has no filter by name.
/// </summary>
internal sealed class RunPodPods(RunPodHttp http, RunPodOptions options) : IPods
{
    private const string Settings = "RUNPOD_PODS_URL";

    // The flavor of the API's own examples; a pod without a GPU must name one.
    private const string CpuFlavor = "cpu5c";
    private const uint LeastCpus = 2;
    private const uint MostCpus = 32;

    // Of a thousand pods each: an account has some dozens.
    private const int PageSize = 1_000;
    private const int MostPages = 50;

    /// <inheritdoc/>
    public async Task<Pod?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var query = $"?limit={PageSize}";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await SendAsync(HttpMethod.Get, "pods", query, null, cancellationToken);
            var pods = RunPodOutput.At(answer, "pods");
            if (pods.ValueKind != JsonValueKind.Array)
                throw new ProviderException(ProviderErrorKind.Unclear, "RunPod answered without a list of pods");
            if (pods.EnumerateArray().Select(Read).FirstOrDefault(pod => pod?.Name == name && pod.State != PodState.Gone) is { } found)
                return found;
            var pagination = RunPodOutput.At(answer, "pagination");
            if (RunPodOutput.At(pagination, "hasNextPage").ValueKind != JsonValueKind.True || RunPodOutput.TextAt(pagination, "nextCursor") is not { } cursor)
                return null;
            query = $"?limit={PageSize}&cursor={Uri.EscapeDataString(cursor)}";
        }

        throw new ProviderException(ProviderErrorKind.Refused, $"RunPod lists more than {MostPages * PageSize} pods: a pod is not looked for among so many");
    }

    /// <inheritdoc/>
    public async Task<Pod> CreateAsync(PodOrder order, CancellationToken cancellationToken) =>
        Read(await SendAsync(HttpMethod.Post, "pods", "", Write(order), cancellationToken))
        ?? throw new ProviderException(ProviderErrorKind.Unclear, "RunPod made a pod and told no id that can be one");

    /// <inheritdoc/>
    public async Task<Pod?> LookAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var pod = Read(await SendAsync(HttpMethod.Get, PathOf(id), "", null, cancellationToken)) ?? throw new ProviderException(ProviderErrorKind.Unclear, "RunPod answered without a pod");
            return pod.State == PodState.Gone ? null : pod;
        }
        catch (ProviderException e) when (e.Kind == ProviderErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, PathOf(id), "", null, cancellationToken);
        }
        catch (ProviderException e) when (e.Kind == ProviderErrorKind.NotFound)
        {
            // It is gone, as it should be.
        }
    }

    /// <inheritdoc/>
    public async Task<string> CheckAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, "pods", "?limit=1", null, cancellationToken);
        return RunPodOutput.At(answer, "pods").ValueKind == JsonValueKind.Array
            ? "pods can be listed"
            : throw new ProviderException(ProviderErrorKind.Unclear, $"RunPod answered without a list of pods; look at {Settings}");
    }

    private static ReadOnlyMemory<byte> Write(PodOrder order)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("name", order.Name);
            json.WriteString("image", order.Deployment.Image);
            json.WriteStartObject("env");
            foreach (var (name, value) in order.Environment)
                json.WriteString(name, value);
            json.WriteEndObject();
            WriteMachine(json, order.Deployment);
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    // Exactly one of gpu and cpu.
    private static void WriteMachine(Utf8JsonWriter json, Deployment deployment)
    {
        json.WriteStartObject(deployment.Gpu is null ? "cpu" : "gpu");
        json.WriteString("id", deployment.Gpu ?? CpuFlavor);
        if (deployment.Gpu is null)
            json.WriteNumber("vcpuCount", CpusOf(deployment));
        else
            json.WriteNumber("count", 1);
        json.WriteEndObject();
    }

    // A power of two; what is asked for, or a little more.
    private static uint CpusOf(Deployment deployment) =>
        decimal.TryParse(deployment.Cpu, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cpus) && cpus is > 0 and <= MostCpus
            ? Math.Max(LeastCpus, BitOperations.RoundUpToPowerOf2((uint)decimal.Ceiling(cpus)))
            : throw new ProviderException(ProviderErrorKind.Refused, $"cpu must be a number of processors up to {MostCpus}, was '{ProviderText.Clean(deployment.Cpu)}'");

    private static Pod? Read(JsonElement pod) => RunPodOutput.TextAt(pod, "id") is { } id && RunPodId.IsOne(id)
        ? new Pod(id, RunPodOutput.TextAt(pod, "name") ?? "", StateOf(RunPodOutput.TextAt(pod, "status")))
        : null;

    private static PodState StateOf(string? status) => status switch
    {
        "PROVISIONING" or "STARTING" => PodState.Starting,
        "RUNNING" => PodState.Running,
        "EXITED" or "ERROR" => PodState.Failed,
        "TERMINATED" => PodState.Gone,
        _ => PodState.Unknown,
    };

    private static string PathOf(string id) =>
        RunPodId.IsOne(id) ? $"pods/{id}" : throw new ProviderException(ProviderErrorKind.NotFound, $"'{ProviderText.Clean(id)}' is no pod of RunPod");

    private Task<JsonElement> SendAsync(HttpMethod method, string path, string query, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken) =>
        http.SendAsync(method, new RunPodAddress(options.PodsUrl, path, Settings, query), body, cancellationToken);
}
