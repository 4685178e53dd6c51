using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The hot tier above the lake: the two as one store, and what moves bars between them.</summary>
internal sealed class Tiers : IAsyncDisposable
{
    // While it is told of writes, a look now and then costs nothing.
    private static readonly TimeSpan LookWhenTold = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookWhenNotTold = TimeSpan.FromSeconds(1);

    private readonly PostgresChanges _changes;
    private int _isListening;

    /// <summary>Puts the tiers together; connects to nothing yet.</summary>
    /// <param name="database">The database of the hot tier; not owned.</param>
    /// <param name="lake">The lake.</param>
    /// <param name="cache">Keeps decoded partitions, the lake's and merged ones.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Loggers.</param>
    public Tiers(PostgresDatabase database, LakeBarStore lake, BlockCache cache, TimeProvider time, ILoggerFactory loggers)
    {
        var hot = new PostgresBarStore(database, loggers.CreateLogger<PostgresBarStore>());
        _changes = new PostgresChanges(database, loggers.CreateLogger<PostgresChanges>());
        var view = new HotView(PartitionsOfAsync, () => _changes.IsLive, time);
        var followers = new BarFollowers(() => _changes.IsLive ? LookWhenTold : LookWhenNotTold, StartListening);
        _changes.Changed += change =>
        {
            // Without a range no bar was written, only what is known of the series.
            if (change.Series is null)
                view.Forget();
            else if (change.Range is { } range)
                view.Changed(change.Series, range);
            else
                return;
            followers.Tell(change.Series);
        };
        Bars = new TieredBarStore(hot, lake, view, cache, time);
        Bars.Written += followers.Tell;
        Followers = followers;
        Sealer = new TierSealer(hot, lake, (series, token) => HotPartitions.OfAsync(database, series, token), time, loggers.CreateLogger<TierSealer>());
        Rebuild = new HotTierRebuild(hot, lake);

        // Whoever reads wants to be told what changes; who only writes, or moves bars, does not.
        Task<IReadOnlyList<Partition>> PartitionsOfAsync(Series series, CancellationToken cancellationToken)
        {
            StartListening();
            return HotPartitions.OfAsync(database, series, cancellationToken);
        }
    }

    /// <summary>Both tiers as one store.</summary>
    public TieredBarStore Bars { get; }

    /// <summary>Who follows which series.</summary>
    public BarFollowers Followers { get; }

    /// <summary>Moves what is over to the lake.</summary>
    public TierSealer Sealer { get; }

    /// <summary>Fills the hot tier from the lake.</summary>
    public HotTierRebuild Rebuild { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _changes.DisposeAsync();

    private void StartListening()
    {
        if (Interlocked.Exchange(ref _isListening, 1) == 0)
            _changes.Start();
    }
}
