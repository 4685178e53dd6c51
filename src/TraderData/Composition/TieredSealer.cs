using TraderData.Core;
using TraderData.Jobs;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary>Lets the jobs seal what is over by now.</summary>
internal sealed class TieredSealer(TraderDataStorage storage, TimeProvider time) : ISealer
{
    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public Task<int> SealAllAsync(CancellationToken cancellationToken) => storage.SealAsync(NowMs, cancellationToken);

    /// <inheritdoc/>
    public Task<int> SealAsync(Series series, TimeRange within, CancellationToken cancellationToken) =>
        storage.SealAsync(series, within, NowMs, cancellationToken);
}
