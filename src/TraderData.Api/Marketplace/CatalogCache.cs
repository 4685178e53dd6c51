using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>The answer to <c>/api/catalog</c>, rendered once a second at most, and anew behind every change that this process makes.</summary>
internal sealed class CatalogCache(IMarketplaceStore store, TimeProvider time) : IDisposable
{
    // What another process changes must show within two seconds.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Rendered? _last;
    private long _version;

    public async Task<byte[]> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
            return fresh;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } made)
                return made;
            var (version, since) = (Interlocked.Read(ref _version), time.GetTimestamp());
            var entries = await store.ReadCatalogAsync(cancellationToken);
            _last = new Rendered(MarketAnswer.Render(entries.Select(DataOf).ToArray()), since, version);
            return _last.Bytes;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Invalidate() => Interlocked.Increment(ref _version);

    public void Dispose() => _turn.Dispose();

    private static CatalogData DataOf(CatalogEntry entry) => new(
        entry.Model.Id, entry.Model.Name, entry.Vendor, entry.Model.Task, entry.Model.Stage, entry.Model.CreatedAt, entry.Model.UpdatedAt, entry.LastHeartbeatAt, LastOosSharpe: null,
        entry.AvgConfidence, entry.Model.Description, entry.Status);

    private byte[]? Fresh() =>
        _last is { } last && last.Version == Interlocked.Read(ref _version) && time.GetElapsedTime(last.Since) < Lifetime ? last.Bytes : null;

    private sealed record Rendered(byte[] Bytes, long Since, long Version);
}
