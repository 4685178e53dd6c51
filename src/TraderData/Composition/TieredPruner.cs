using TraderData.Jobs;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary>Lets the jobs prune what is behind the hot window by now.</summary>
internal sealed class TieredPruner(TraderDataStorage storage, TimeSpan hotWindow, TimeProvider time) : IPruner
{
    /// <inheritdoc/>
    public Task<long> PruneAsync(CancellationToken cancellationToken) =>
        storage.PruneAsync((time.GetUtcNow() - hotWindow).ToUnixTimeMilliseconds(), cancellationToken);
}
