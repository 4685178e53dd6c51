using System.Security.Cryptography;
using System.Text;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>An export that somebody asked for and comes back for.</summary>
/// <param name="Series">The series.</param>
/// <param name="Range">Opening times to export.</param>
/// <param name="Layout">How the file is written.</param>
/// <param name="AsOfMs">The bars as the store held them at that time, Unix milliseconds UTC: asked for again, the same order is the same file.</param>
/// <param name="OnGap">What to do when bars are missing.</param>
/// <param name="CompleteOnly">True to leave out made bars that lack parts.</param>
public sealed record ExportOrder(Series Series, TimeRange Range, LonaLayout Layout, long AsOfMs, OnGap OnGap = OnGap.Warn, bool CompleteOnly = false)
{
    /// <summary>What it is called: 16 hexadecimal digits that say all of the above.</summary>
    public string Id { get; } = IdOf($"{Series}|{Range}|{Layout.Extension}|{Layout.TimeFormatName}|{Layout.Extended}|{AsOfMs}|{OnGap}|{CompleteOnly}");

    /// <summary>The file's name for people: <c>BTCUSDT_1h_20240101_20240201.csv</c>.</summary>
    public string FileName => $"{LonaBlobTarget.NamePart(Series.Symbol)}_{Series.Timeframe}_{LonaBlobTarget.Stamp(Range.StartMs)}_{LonaBlobTarget.Stamp(Range.EndMs)}.{Layout.Extension}";

    /// <summary>Where it lies in the file store.</summary>
    public string BlobName => $"{ExportBook.Folder}/{Id}/{FileName}";

    /// <summary>True when another one asks for the same, whatever the time that it is as of.</summary>
    public bool AsksTheSameAs(ExportOrder other) => (this with { AsOfMs = other.AsOfMs }).HasAllOf(other);

    private bool HasAllOf(ExportOrder other) =>
        (Series, Range, Layout, AsOfMs, OnGap, CompleteOnly) == (other.Series, other.Range, other.Layout, other.AsOfMs, other.OnGap, other.CompleteOnly);

    private static string IdOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}

/// <summary>How far an export has come.</summary>
public enum ExportState
{
    /// <summary>It waits for those before it.</summary>
    Queued,

    /// <summary>It is being written.</summary>
    Running,

    /// <summary>The file is there.</summary>
    Done,

    /// <summary>No file was written: there is no bar, or bars are missing and it was not to be written then.</summary>
    Incomplete,

    /// <summary>It could not be written.</summary>
    Failed,

    /// <summary>Its process ended before it did. Asked for again it runs again.</summary>
    Interrupted,
}

/// <summary>An export and where it stands.</summary>
/// <param name="Order">What was asked for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedMs">When it was asked for, Unix milliseconds UTC.</param>
/// <param name="SeenMs">When the process that has it last said so.</param>
public sealed record ExportRecord(ExportOrder Order, ExportState State, long CreatedMs, long SeenMs)
{
    /// <summary>When it ended; null while it has not.</summary>
    public long? FinishedMs { get; init; }

    /// <summary>How many bars are written, so far or in all.</summary>
    public long Rows { get; init; }

    /// <summary>How many bytes the file has; null before it is there.</summary>
    public long? Bytes { get; init; }

    /// <summary>How much of the range is behind it, 0 to 1; null before it runs.</summary>
    public double? Progress { get; init; }

    /// <summary>How many bars of the range are missing; null before that is known.</summary>
    public long? MissingBars { get; init; }

    /// <summary>Why there is no file; null when there is, or is to be.</summary>
    public string? Error { get; init; }

    /// <summary>True while it waits or runs.</summary>
    public bool IsOpen => State is ExportState.Queued or ExportState.Running;
}
