using TraderData.Jobs;
using TraderData.Marketplace;

namespace TraderData.Cli;

/// <summary>Lets the jobs drain the outbox of signals.</summary>
internal sealed class MarketplaceDrain(IMarketplaceStore store, TimeProvider time) : IOutboxDrain
{
    /// <inheritdoc/>
    public async Task<OutboxDrained> DrainAsync(int max, CancellationToken cancellationToken)
    {
        var (stored, failed, parked) = await store.DrainAsync(max, MarketplaceTime.Now(time), cancellationToken).ConfigureAwait(false);
        return new OutboxDrained(stored, failed, parked);
    }
}
