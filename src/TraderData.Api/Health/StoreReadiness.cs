using TraderData.Core;

namespace TraderData.Api;

/// <summary>The store answers a look-up of one symbol, the cheapest question that goes through to it.</summary>
internal sealed class StoreReadiness(IBarStore store) : IReadinessCheck
{
    // A valid name that no source lists.
    private const string Symbol = "READINESS-CHECK";

    public string Name => "store";

    public Task CheckAsync(CancellationToken cancellationToken) => store.SourceOfAsync(Symbol, cancellationToken);
}
