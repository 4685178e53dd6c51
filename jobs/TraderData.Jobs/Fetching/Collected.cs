using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What came of asking for a stretch of a series.</summary>
/// <param name="Bars">The bars of all that is good.</param>
/// <param name="Answered">From the start of the stretch to where the good part ends.</param>
/// <param name="Failure">Why it did not go on; null when the source answered all it could.</param>
internal sealed record Collected(BarBlock Bars, TimeRange Answered, Exception? Failure)
{
    /// <summary>Files that were refused; their bars came from the API.</summary>
    public IReadOnlyList<(ArchiveFile File, BadDataException Reason)> BadFiles { get; init; } = [];

    /// <summary>Files that were read.</summary>
    public IReadOnlyList<ArchiveFile> GoodFiles { get; init; } = [];
}
