using TraderData.Rounds;

namespace TraderData.Api.Tests;

/// <summary>No rounds.</summary>
internal sealed class NoRounds : IRounds
{
    public Task<RoundIndex> IndexAsync(CancellationToken cancellationToken) => Task.FromResult(RoundIndex.Empty);

    public Task<IReadOnlyList<RoundEntry>> OfferedAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RoundEntry>>([]);

    public Task<RoundEntry?> FindAsync(string idOrCurrent, CancellationToken cancellationToken) => Task.FromResult<RoundEntry?>(null);

    public Task<OpenRoundFile?> OpenAsync(string roundId, string name, CancellationToken cancellationToken) => Task.FromResult<OpenRoundFile?>(null);

    public Uri? LinkTo(RoundEntry round, string name, DateTimeOffset endsAt) => null;

    public Task<RoundKeySet> KeysAsync(CancellationToken cancellationToken) => Task.FromResult(RoundKeySet.Empty);
}
