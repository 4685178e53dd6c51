using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>The adapter's settings for the stand-in.</summary>
internal static class RunPodOnTest
{
    /// <summary>Settings that open it, but for what is given otherwise.</summary>
    public static RunPodOptions OptionsOf(StandInRunPod standIn, TimeSpan? patience = null, string endpoint = StandInRunPod.Endpoint, string key = StandInRunPod.Key) => new()
    {
        ApiKey = key,
        EndpointId = endpoint,
        BaseUrl = standIn.BaseUrl,
        PodsUrl = standIn.PodsUrl,
        Patience = patience ?? TimeSpan.FromSeconds(20),
    };
}
