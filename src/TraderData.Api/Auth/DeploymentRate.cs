using System.Collections.Concurrent;

namespace TraderData.Api;

/// <summary>Lets each deployment make 60 requests in any minute, in this process.</summary>
internal sealed class DeploymentRate(TimeProvider time)
{
    /// <summary>How many requests a deployment may make in a minute.</summary>
    public const int MaxRequests = 60;

    // Half a kilobyte each.
    private const int MaxDeployments = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Requests> _deployments = new(StringComparer.Ordinal);

    /// <summary>Counts a request.</summary>
    /// <returns>How long to wait for the next one that is let through; null when this one is.</returns>
    public TimeSpan? Take(string deploymentId)
    {
        if (_deployments.Count >= MaxDeployments)
            Shrink();
        return _deployments.GetOrAdd(deploymentId, _ => new Requests()).Take(time);
    }

    private void Shrink()
    {
        foreach (var (id, requests) in _deployments)
        {
            if (requests.IsIdle(time))
                _deployments.TryRemove(id, out _);
        }
    }

    private sealed class Requests
    {
        private readonly Queue<long> _times = new();

        public TimeSpan? Take(TimeProvider time)
        {
            lock (_times)
            {
                while (_times.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window)
                    _times.Dequeue();
                if (_times.Count >= MaxRequests)
                    return Window - time.GetElapsedTime(_times.Peek());
                _times.Enqueue(time.GetTimestamp());
                return null;
            }
        }

        public bool IsIdle(TimeProvider time)
        {
            lock (_times)
                return _times.Count == 0 || time.GetElapsedTime(_times.Last()) >= Window;
        }
    }
}
