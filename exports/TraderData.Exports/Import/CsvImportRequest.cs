using TraderData.Core;

namespace TraderData.Exports;

/// <summary>How opening times stand in a file that is imported.</summary>
public enum ImportTimeFormat
{
    /// <summary>Decided from the first row and then held: Unix milliseconds, Unix seconds, datetime or ISO.</summary>
    Auto,

    /// <summary>Unix milliseconds.</summary>
    UnixMs,

    /// <summary>Unix seconds.</summary>
    UnixS,

    /// <summary><c>2024-01-31</c>, <c>2024-01-31 10:00</c> or <c>2024-01-31 10:00:00</c>; UTC where no offset stands behind.</summary>
    DateTime,

    /// <summary><c>2024-01-31T10:00:00Z</c>; UTC where no offset stands behind.</summary>
    Iso,
}

/// <summary>One import.</summary>
/// <param name="FileName">What messages call the file.</param>
/// <param name="Series">The series the bars go to.</param>
/// <param name="TimeFormat">How opening times are written in it.</param>
public sealed record CsvImportRequest(string FileName, Series Series, ImportTimeFormat TimeFormat = ImportTimeFormat.Auto);

/// <summary>The bars of a file, every one of them checked.</summary>
/// <param name="Blocks">The bars, ascending.</param>
/// <param name="Rows">How many.</param>
/// <param name="TimeFormat">How their times were read; never <see cref="ImportTimeFormat.Auto"/>.</param>
/// <param name="NewestFirst">True when the file had the newest bar first.</param>
/// <param name="IgnoredColumns">The columns that mean nothing here, as the file names them.</param>
public sealed record CsvBars(
    IReadOnlyList<BarBlock> Blocks, long Rows, ImportTimeFormat TimeFormat, bool NewestFirst, IReadOnlyList<string> IgnoredColumns);

/// <summary>What an import did.</summary>
/// <param name="Bars">What stood in the file.</param>
/// <param name="Written">What came of it in the store.</param>
public sealed record CsvImportResult(CsvBars Bars, WriteResult Written);
