using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What is to be fetched of a series, and how.</summary>
/// <param name="Series">The series.</param>
/// <param name="Chunks">What is to be held afterwards, cut into what is written at once, oldest first.</param>
/// <param name="Costs">What calls of the source cost.</param>
public sealed record FetchPlan(Series Series, IReadOnlyList<FetchChunk> Chunks, SourceCosts Costs)
{
    /// <summary>Everything that is to be fetched, oldest first.</summary>
    public IEnumerable<FetchPart> Parts => Chunks.SelectMany(chunk => chunk.Parts);

    /// <summary>What all of it costs.</summary>
    public FetchCost Cost => Parts.Aggregate(default(FetchCost), (sum, part) => sum + part.Cost);

    /// <summary>About how long all of it takes.</summary>
    public TimeSpan Time => Cost.TimeOf(Costs);
}

/// <summary>A stretch of a series that is written at once: what of a partition of the lake is asked for.</summary>
/// <param name="Range">The opening times in it.</param>
/// <param name="Parts">What of it is missing, oldest first; empty when nothing is.</param>
public sealed record FetchChunk(TimeRange Range, IReadOnlyList<FetchPart> Parts)
{
    /// <summary>The parts, those together that follow each other without a hole.</summary>
    internal IEnumerable<IReadOnlyList<FetchPart>> Stretches()
    {
        for (var start = 0; start < Parts.Count;)
        {
            var end = start + 1;
            while (end < Parts.Count && Parts[end].Range.StartMs == Parts[end - 1].Range.EndMs)
                end++;
            yield return [.. Parts.Skip(start).Take(end - start)];
            start = end;
        }
    }
}

/// <summary>A part of a plan that is fetched in one way.</summary>
/// <param name="Range">The opening times that are wanted.</param>
/// <param name="File">The file of the source's archive that has them; null for the source's API.</param>
/// <param name="Cost">What it is likely to cost.</param>
public sealed record FetchPart(TimeRange Range, ArchiveFile? File, FetchCost Cost)
{
    /// <summary>How it is fetched: <c>month file</c>, <c>day file</c> or <c>api</c>.</summary>
    public string Way => File?.Period switch { ArchivePeriod.Month => "month file", ArchivePeriod.Day => "day file", _ => "api" };
}
