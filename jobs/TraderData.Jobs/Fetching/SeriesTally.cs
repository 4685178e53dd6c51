using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Adds up what happens to a series while a job runs.</summary>
internal sealed class SeriesTally(Series series)
{
    private readonly List<RefusedPage> _badPages = [];

    public Series Series => series;

    public WriteResult Written { get; set; }

    public int ChunksTotal { get; set; }

    public int ChunksDone { get; set; }

    public int ChunksSkipped { get; set; }

    public RangeSet Answered { get; set; } = RangeSet.Empty;

    public int BadPageCount => _badPages.Count;

    public IReadOnlyList<RefusedPage> BadPages => _badPages;

    /// <summary>The first thing that went wrong.</summary>
    public string? Error { get; private set; }

    /// <summary>True when going on with the series makes no sense.</summary>
    public bool Stopped { get; private set; }

    public void Add(RefusedPage page)
    {
        _badPages.Add(page);
        Error ??= page.Reason.Message;
    }

    public void Stop(string error)
    {
        Error = Error is null || Error == error ? error : $"{Error}; then {error}";
        Stopped = true;
    }

    public SeriesReport Report() => new(series, Written, ChunksTotal, ChunksDone, ChunksSkipped, Answered, [.. _badPages.Select(p => new BadPage(p.Missing, p.Reason.Message, p.KeptAs))], Error);
}

/// <summary>A refused answer while it is looked into.</summary>
internal sealed class RefusedPage(BadDataException reason, string? keptAs)
{
    public BadDataException Reason => reason;

    public string? KeptAs => keptAs;

    public RangeSet Missing { get; set; } = RangeSet.Empty;
}
