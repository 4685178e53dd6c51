using System.Runtime.CompilerServices;
using Azure.Identity;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// The stores of one program, put together as the options say: the lake alone, or the lake below a hot tier. Opening sends and makes nothing; folders
/// and containers are made by the first write. Safe for use by many threads; to be disposed when no store of it is used any more.
/// </summary>
public sealed class TraderDataStorage : IAsyncDisposable
{
    // Nobody tells of what another process writes to the lake.
    private static readonly TimeSpan LookIntoLake = TimeSpan.FromSeconds(2);

    private readonly ILoggerFactory _loggers;
    private readonly IBlobs _blobs;
    private readonly Tiers? _tiers;
    private readonly PostgresOptions? _postgres;
    private readonly TimeSpan _pruneDelay;
    private readonly string _description;
    private readonly BlockCache _cache;
    private readonly BlockCacheMeter _meter;

    private TraderDataStorage(StorageOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        (_loggers, _pruneDelay) = (loggers, options.PruneDelay);
        _postgres = string.IsNullOrEmpty(options.DatabaseUrl) ? null : PostgresOptions.Parse(options.DatabaseUrl, options.DatabaseLookupIndex);
        _blobs = BlobsOf(options, options.AzureContainer, time, loggers);
        Files = _blobs is AzureBlobs && !string.IsNullOrEmpty(options.AzureExportsContainer) && options.AzureExportsContainer != options.AzureContainer
            ? new RoutedFiles(_blobs, BlobsOf(options, options.AzureExportsContainer, time, loggers))
            : _blobs;
        Quarantine = new BlobQuarantine(_blobs);
        Instruments = new BlobInstrumentBook(_blobs);
        Watched = new BlobWatchDates(_blobs);
        Budgets = new FileBudgetStore(Path.Combine(options.DataDirectory, "budget"));
        JobRuns = new FileJobHistory(Path.Combine(options.DataDirectory, "jobs", "runs.jsonl"), time);
        Provisional = new MemoryProvisionalBars(time);
        _cache = new BlockCache(options.BlockCacheBytes);
        _meter = new BlockCacheMeter(_cache);
        var lake = new LakeBarStore(_blobs, _cache, time, loggers.CreateLogger<LakeBarStore>());
        if (_postgres is null)
        {
            var followers = new BarFollowers(() => LookIntoLake, () => { });
            lake.Written += followers.Tell;
            (Bars, Changes, _description) = (lake, followers, $"lake in {_blobs}");
            return;
        }

        Database = new PostgresDatabase(_postgres);
        Budgets = new PostgresBudgetStore(Database);
        Provisional = new PostgresProvisionalBars(Database);
        JobRuns = new PostgresJobHistory(Database, time);
        _tiers = new Tiers(Database, lake, _cache, time, loggers);
        (Bars, Changes) = (_tiers.Bars, _tiers.Followers);
        _description = $"hot tier in {Database}, lake in {_blobs}";
    }

    /// <summary>The bars: the lake, or both tiers as one.</summary>
    public IBarStore Bars { get; }

    /// <summary>Bars that may still change: in the database, or in memory where there is none.</summary>
    public IProvisionalBars Provisional { get; }

    /// <summary>Tells what is written to the bars.</summary>
    public IBarChanges Changes { get; }

    /// <summary>Refused texts, kept beside the lake.</summary>
    public IQuarantine Quarantine { get; }

    /// <summary>What sources list, kept beside the lake.</summary>
    public IInstrumentBook Instruments { get; }

    /// <summary>Since when series are watched, kept beside the lake.</summary>
    public IWatchDates Watched { get; }

    /// <summary>What may still be asked of the sources: in the database, or in the data folder where there is none.</summary>
    public IBudgetStore Budgets { get; }

    /// <summary>What jobs did: in the database, or in the data folder where there is none.</summary>
    public IJobHistory JobRuns { get; }

    /// <summary>Files beside the lake, for exports.</summary>
    public IFileStore Files { get; }

    /// <summary>The database of the hot tier; null when there is none. Owned by this object.</summary>
    public PostgresDatabase? Database { get; }

    /// <summary>How the cache of decoded partitions fares. The same stands in the meter <c>TraderData.Storage</c>.</summary>
    public BlockCacheStatistics BlockCache => new(_cache.Hits, _cache.Misses, _cache.Bytes);

    /// <summary>Puts the stores together.</summary>
    /// <param name="options">Where bars are kept.</param>
    /// <param name="loggers">Take what the stores have to say.</param>
    /// <param name="time">Tells when bars got their values; the system's clock when null.</param>
    /// <exception cref="ArgumentException">Options are wrong; the message names all that are.</exception>
    /// <exception cref="FormatException">A connection string is none. The message never holds a part of it.</exception>
    public static TraderDataStorage Open(StorageOptions options, ILoggerFactory loggers, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        return options.FindFaults() is { Count: > 0 } faults
            ? throw new ArgumentException(string.Join("; ", faults))
            : new TraderDataStorage(options, loggers, time ?? TimeProvider.System);
    }

    /// <summary>Brings the database of the hot tier to this program's schema. See <see cref="PostgresMigrator"/>.</summary>
    /// <returns>The names of the steps that were applied; none when there is no database.</returns>
    /// <exception cref="StorageException">The database cannot be reached, or refuses.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => Database is null || _postgres is null
        ? []
        : await PostgresMigrator.MigrateAsync(Database, _postgres, _loggers.CreateLogger(typeof(PostgresMigrator)), cancellationToken);

    /// <summary>Writes a small file beside the lake, reads it back and removes it: whether the folder or container can be used.</summary>
    /// <returns>Where that was.</returns>
    /// <exception cref="StorageException">It cannot be written, read or removed, or another content came back.</exception>
    public async Task<string> CheckFilesAsync(CancellationToken cancellationToken)
    {
        // A name of its own, so that two that look at once are not in each other's way.
        var name = $"doctor/{Guid.NewGuid():n}.txt";
        byte[] sent = [.. "trader-data doctor\n"u8];
        await _blobs.UpdateAsync(name, _ => sent, cancellationToken);
        using var back = await _blobs.ReadAsync(name, cancellationToken);
        await _blobs.DeleteAsync(name, cancellationToken);
        return back?.Bytes.Span.SequenceEqual(sent) == true
            ? _blobs.ToString()!
            : throw new StorageException(StorageErrorKind.Damaged, $"{_blobs}: a file that was just written reads otherwise");
    }

    /// <summary>
    /// Folds every partition of the hot tier that ended at or before a time into the lake. Takes nothing from the hot tier; can be repeated, and leaves
    /// alone what the lake already has as it is.
    /// </summary>
    /// <param name="closedBeforeMs">Unix milliseconds UTC: some time before now, so that late bars are in.</param>
    /// <param name="cancellationToken">Stops the work between partitions.</param>
    /// <returns>How many partitions were written; 0 when there is no hot tier.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or refuses.</exception>
    public Task<int> SealAsync(long closedBeforeMs, CancellationToken cancellationToken) =>
        _tiers is null ? Task.FromResult(0) : _tiers.Sealer.SealAllAsync(closedBeforeMs, cancellationToken);

    /// <summary>Folds the partitions of one series that overlap a range. See <see cref="SealAsync(long, CancellationToken)"/>.</summary>
    /// <param name="series">The series.</param>
    /// <param name="within">Each partition that overlaps it is folded whole, if it ended.</param>
    /// <param name="closedBeforeMs">Unix milliseconds UTC: some time before now, so that late bars are in.</param>
    /// <param name="cancellationToken">Stops the work between partitions.</param>
    /// <returns>How many partitions were written; 0 when there is no hot tier.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or refuses.</exception>
    public Task<int> SealAsync(Series series, TimeRange within, long closedBeforeMs, CancellationToken cancellationToken) =>
        _tiers is null ? Task.FromResult(0) : _tiers.Sealer.SealAsync(series, within, closedBeforeMs, cancellationToken);

    /// <summary>
    /// Drops every partition from the hot tier that ended at or before a time and was sealed, once the lake, read anew, has all of its bars with their
    /// values and former values. Changes no answer; can be killed and repeated.
    /// </summary>
    /// <param name="endedBeforeMs">Unix milliseconds UTC: where the hot window begins.</param>
    /// <param name="cancellationToken">Stops the work between partitions.</param>
    /// <returns>How many bars were dropped; 0 when there is no hot tier.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or partitions could not be pruned; all others are.</exception>
    public Task<long> PruneAsync(long endedBeforeMs, CancellationToken cancellationToken) =>
        _tiers is null ? Task.FromResult(0L) : _tiers.Sealer.PruneAsync(endedBeforeMs, _pruneDelay, cancellationToken);

    /// <summary>
    /// Fills the hot tier with the bars of the lake that it does not have, and what was asked of the sources; those that it has stay as they are. Can be
    /// killed and repeated.
    /// </summary>
    /// <param name="fromMs">Unix milliseconds UTC: partitions that ended at or before stay in the lake alone; null for none.</param>
    /// <param name="cancellationToken">Stops the work between partitions.</param>
    /// <returns>Each series when it is done; none when there is no hot tier.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or a file of the lake is damaged.</exception>
    public IAsyncEnumerable<RebuiltSeries> RebuildHotTierAsync(long? fromMs, CancellationToken cancellationToken) =>
        _tiers is null ? AsyncEnumerable.Empty<RebuiltSeries>() : _tiers.Rebuild.RunAsync(fromMs, cancellationToken);

    /// <summary>
    /// Reads every file of the lake, some at a time, and tells what is wrong: damage, files of older formats, files that are none of the lake's. Changes nothing.
    /// </summary>
    /// <param name="progress">Is told how far it is, by any thread; null for nobody.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="StorageException">The lake cannot be reached, or refuses.</exception>
    public async IAsyncEnumerable<LakeFinding> VerifyAsync(
        IProgress<LakeProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var units = await LakeUnits.FindAsync(_blobs, cancellationToken);
        await foreach (var finding in LakeUnits.RunAsync(units, new LakeVerifier(_blobs).CheckAsync, progress, cancellationToken))
            yield return finding;
    }

    /// <summary>
    /// Writes the files of the lake that are of an older format or form as they are written today, and removes what killed writers left. Changes no bar and no
    /// answer; safe to kill at any time and to run beside writers. Damaged files are told of and left as they are.
    /// </summary>
    /// <param name="progress">Is told how far it is, by any thread; null for nobody.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What was done, and damage.</returns>
    /// <exception cref="StorageException">The lake cannot be reached, or refuses.</exception>
    public async IAsyncEnumerable<LakeFinding> CompactAsync(
        IProgress<LakeProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await _blobs.SweepAsync(cancellationToken) is var swept and > 0)
            yield return new LakeFinding(".trader-data/tmp", LakeFindingKind.Compacted, $"{swept} unfinished files of killed writers removed");
        var units = await LakeUnits.FindAsync(_blobs, cancellationToken);
        await foreach (var finding in LakeUnits.RunAsync(units, new LakeCompactor(_blobs).CompactAsync, progress, cancellationToken))
            yield return finding;
    }

    private static IBlobs BlobsOf(StorageOptions options, string container, TimeProvider time, ILoggerFactory loggers)
    {
        if (!string.IsNullOrEmpty(options.AzureConnectionString))
            return new AzureBlobs(options.AzureConnectionString, container, loggers.CreateLogger<AzureBlobs>());
        return string.IsNullOrEmpty(options.AzureAccountUrl)
            ? new LocalBlobs(options.DataDirectory)
            : new AzureBlobs(new Uri(options.AzureAccountUrl), new DefaultAzureCredential(), container, time, loggers.CreateLogger<AzureBlobs>());
    }

    /// <summary>Where the stores are, without secrets.</summary>
    public override string ToString() => _description;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_tiers is not null)
            await _tiers.DisposeAsync();
        if (Database is not null)
            await Database.DisposeAsync();
        _meter.Dispose();
        (Budgets as IDisposable)?.Dispose();
        (_blobs as IDisposable)?.Dispose();
    }
}
