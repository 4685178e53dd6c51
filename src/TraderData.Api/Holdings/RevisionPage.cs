using TraderData.Core;

namespace TraderData.Api;

/// <summary>Which revisions a client asked for.</summary>
/// <param name="Symbol">The symbol, a valid name.</param>
/// <param name="Timeframe">The timeframe.</param>
/// <param name="Range">Opening times of the bars, the whole range.</param>
/// <param name="Limit">The most revisions to give.</param>
internal sealed record RevisionRequest(string Symbol, Timeframe Timeframe, TimeRange Range, int Limit)
{
    /// <summary>Go on behind this one; null for from the first.</summary>
    public RevisionPlace? After { get; init; }
}

/// <summary>A revision by its bar, and how many of that bar stand before it or are it: more are only ever added behind.</summary>
internal readonly record struct RevisionPlace(long TimeMs, int Count);

/// <summary>The revisions that an answer gives, and what came after each.</summary>
/// <param name="Series">The series.</param>
/// <param name="Revisions">The old values, by the bar's time and then by when they were replaced.</param>
/// <param name="Became">For each the value that replaced it; null when the bar is not there any more.</param>
/// <param name="NextCursor">The cursor to the next page; null when this is the last.</param>
internal sealed record RevisionPage(Series Series, IReadOnlyList<BarRevision> Revisions, IReadOnlyList<Bar?> Became, string? NextCursor)
{
    /// <summary>Reads a page.</summary>
    public static async Task<RevisionPage> ReadAsync(IBarStore store, Series series, RevisionRequest request, CancellationToken cancellationToken)
    {
        var range = request.After is { } after ? new TimeRange(after.TimeMs, request.Range.EndMs) : request.Range;
        var (skip, place) = (request.After?.Count ?? 0, default(RevisionPlace));
        var revisions = new List<BarRevision>();
        BarRevision? next = null;
        await foreach (var revision in store.ReadRevisionsAsync(series, range, cancellationToken))
        {
            if (revision.Old.TimeMs == request.After?.TimeMs && skip-- > 0)
                continue;
            if (revisions.Count == request.Limit)
            {
                next = revision;
                break;
            }

            var before = revisions.Count > 0 ? place : request.After ?? default;
            place = new RevisionPlace(revision.Old.TimeMs, revision.Old.TimeMs == before.TimeMs ? before.Count + 1 : 1);
            revisions.Add(revision);
        }

        var became = await BecameAsync(store, series, revisions, next, cancellationToken);
        return new RevisionPage(series, revisions, became, next is null ? null : RevisionCursor.Of(request, place));
    }

    // What replaced a value is the next old value of the same bar, or else the present one.
    private static async Task<IReadOnlyList<Bar?>> BecameAsync(
        IBarStore store, Series series, List<BarRevision> revisions, BarRevision? next, CancellationToken cancellationToken)
    {
        var became = new List<Bar?>(revisions.Count);
        for (var i = 0; i < revisions.Count; i++)
        {
            var timeMs = revisions[i].Old.TimeMs;
            var later = i + 1 < revisions.Count ? revisions[i + 1] : next;
            became.Add(later?.Old.TimeMs == timeMs ? later.Value.Old : await PresentAsync(store, series, timeMs, cancellationToken));
        }

        return became;
    }

    private static async Task<Bar?> PresentAsync(IBarStore store, Series series, long timeMs, CancellationToken cancellationToken)
    {
        await foreach (var block in store.ReadAsync(series, new BarQuery(new TimeRange(timeMs, timeMs + 1)), cancellationToken))
            return block.At(0);
        return null;
    }
}
