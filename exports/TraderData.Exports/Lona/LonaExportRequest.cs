using TraderData.Core;

namespace TraderData.Exports;

/// <summary>What to do when bars are missing.</summary>
public enum OnGap
{
    /// <summary>Write the file; the result and the manifest name the holes.</summary>
    Warn,

    /// <summary>Write nothing; the result names the holes.</summary>
    Fail,
}

/// <summary>Where an export goes.</summary>
public abstract record ExportTarget
{
    private ExportTarget()
    {
    }

    /// <summary>
    /// The file store, as <c>exports/lona/{source}/{symbol}/{timeframe}/{start}_{end}.{csv|json}</c>, with its side files; see <c>docs/data-model.md</c>.
    /// </summary>
    public static readonly ExportTarget Blob = new ToBlob(Name: null);

    /// <summary>The file store, under a name of its own, with its side files.</summary>
    /// <param name="name">A relative path with forward slashes.</param>
    public static ExportTarget BlobAs(string name) => new ToBlob(name);

    /// <summary>A file, with its side files.</summary>
    public static ExportTarget File(string path) => new ToFile(path);

    /// <summary>A stream, standard output for one; it gets no side files and stays open.</summary>
    public static ExportTarget To(Stream stream) => new ToStream(stream);

    internal sealed record ToFile(string Path) : ExportTarget;

    internal sealed record ToStream(Stream Stream) : ExportTarget;

    internal sealed record ToBlob(string? Name) : ExportTarget;
}

/// <summary>One export.</summary>
/// <param name="Series">The series.</param>
/// <param name="Range">Opening times to export.</param>
/// <param name="Layout">How the file is written.</param>
/// <param name="Target">Where it goes.</param>
/// <param name="Force">True to replace a file that is there.</param>
/// <param name="OnGap">What to do when bars are missing, or parts of bars that are made of finer ones.</param>
/// <param name="AsOfMs">The bars as the store held them at that time, Unix milliseconds UTC; null for as they are now.</param>
/// <param name="CompleteOnly">True to leave out made bars that lack parts; changes nothing for a series that is held as it is.</param>
public sealed record LonaExportRequest(
    Series Series, TimeRange Range, LonaLayout Layout, ExportTarget Target, bool Force = false, OnGap OnGap = OnGap.Warn, long? AsOfMs = null,
    bool CompleteOnly = false);

/// <summary>How far an export has come.</summary>
/// <param name="Rows">How many bars are written.</param>
/// <param name="Part">How much of the range is behind it, 0 to 1.</param>
public readonly record struct ExportProgress(long Rows, double Part);

/// <summary>What an export did.</summary>
/// <param name="Coverage">What of the range is held and what is missing. Its range ends at the last closed bar: later ones are no hole.</param>
/// <param name="Written">What was written; null when nothing was.</param>
/// <param name="Location">The path or name of the file that was written; null when nothing was, or a stream.</param>
public sealed record LonaExportResult(Coverage Coverage, LonaSummary? Written, string? Location)
{
    /// <summary>
    /// False when bars or parts of bars are missing or there are none at all: the data is incomplete (exit code 3 with <see cref="OnGap.Fail"/>, and always
    /// when there are none).
    /// </summary>
    public bool IsComplete => Coverage is { MissingBars: 0, IncompleteBars: 0, Rows: > 0 };

    /// <summary>True when there is no bar to write. Nothing was written then: a file without bars is no data.</summary>
    public bool IsEmpty { get; init; } = Coverage.Rows == 0;
}

/// <summary>A series was asked for that is not held.</summary>
public sealed class UnknownSeriesException(Series series)
    : Exception($"no bars of {series} are held; 'trader-data series' lists what is, 'trader-data backfill' fetches more")
{
    /// <summary>The series that was asked for.</summary>
    public Series Series { get; } = series;
}
