using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>A file of a round that is open. The caller disposes of its content.</summary>
/// <param name="File">What the manifest tells of it; of the manifest and its signature what there is.</param>
/// <param name="Content">A stream that knows its length and can seek, so that ranges of it can be read.</param>
public sealed record OpenRoundFile(RoundFile File, Stream Content);

/// <summary>
/// The rounds, for reading. What is told of them may be a second old, but for what this process changed. All members throw <see cref="StorageException"/> for
/// the outside world's faults and may be called from any thread.
/// </summary>
public interface IRounds
{
    /// <summary>All rounds, drafts and retired ones too.</summary>
    Task<RoundIndex> IndexAsync(CancellationToken cancellationToken);

    /// <summary>The rounds that are offered now: published and not expired, the newest first.</summary>
    Task<IReadOnlyList<RoundEntry>> OfferedAsync(CancellationToken cancellationToken);

    /// <summary>A round that is offered now.</summary>
    /// <param name="idOrCurrent">Its name, or <c>current</c>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Null when there is none, or it is offered no more.</returns>
    Task<RoundEntry?> FindAsync(string idOrCurrent, CancellationToken cancellationToken);

    /// <summary>Opens a file of a round that is offered now.</summary>
    /// <param name="roundId">Its name.</param>
    /// <param name="name">A file of its manifest, <c>manifest.json</c> or <c>manifest.jws</c>; nothing else is opened.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Null when there is none, or the round is offered no more.</returns>
    Task<OpenRoundFile?> OpenAsync(string roundId, string name, CancellationToken cancellationToken);

    /// <summary>A link to a file that the store itself serves, to whoever has it and to no other file.</summary>
    /// <param name="round">One that is offered.</param>
    /// <param name="name">One of its files.</param>
    /// <param name="endsAt">When it opens nothing any more. It cannot be taken back before.</param>
    /// <returns>Null where the store serves nothing: a local folder.</returns>
    Uri? LinkTo(RoundEntry round, string name, DateTimeOffset endsAt);

    /// <summary>The public keys that rounds are and were signed with.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>: the set cannot be read.</exception>
    Task<RoundKeySet> KeysAsync(CancellationToken cancellationToken);
}
