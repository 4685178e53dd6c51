using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// Whole past days and months of a source's bars as files, beside its API. What they give keeps the promises of <see cref="IMarketDataSource"/>: for the
/// same range they give the same bars.
/// </summary>
public interface IBarArchive
{
    /// <summary>The files that bars of a range may be in: each month and each day that overlaps it, in UTC, in the order of their ends. Asks nobody.</summary>
    /// <returns>Empty for a timeframe that there are no files of.</returns>
    IReadOnlyList<ArchiveFile> FilesOf(Series series, TimeRange range);

    /// <summary>Fetches a file, checks it and reads it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sourceNowMs">The source's clock, Unix milliseconds UTC: what is not closed by it is left out.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The bars of the file; null when there is no such file (yet).</returns>
    /// <exception cref="SourceException">The archive could not be asked, or refuses.</exception>
    /// <exception cref="BadDataException">The file is not what its checksum says, or a row of it breaks a rule. Nothing of it is to be believed.</exception>
    Task<BarPage?> ReadAsync(ArchiveFile file, long sourceNowMs, CancellationToken cancellationToken);
}

/// <summary>What a file of an archive covers.</summary>
public enum ArchivePeriod
{
    /// <summary>A day, UTC.</summary>
    Day,

    /// <summary>A month, UTC.</summary>
    Month,
}

/// <summary>A file of an archive, which may be there or not.</summary>
/// <param name="Series">What it has bars of.</param>
/// <param name="Name">Its name, which is that of no other file of the series: <c>BTCUSDT-1m-2024-01.zip</c>.</param>
/// <param name="Period">What it covers.</param>
/// <param name="Range">The opening times it covers: all of that day or month.</param>
/// <param name="ExpectedMs">From when on it can be expected to be there, Unix milliseconds UTC. It may be there before.</param>
/// <param name="EstimatedBytes">How large it is likely to be.</param>
public sealed record ArchiveFile(Series Series, string Name, ArchivePeriod Period, TimeRange Range, long ExpectedMs, long EstimatedBytes)
{
    /// <summary>How many requests it takes: the checksum and the file.</summary>
    public const int Calls = 2;
}
