using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Former values of bars, oldest value of each bar in the first layer, its next in the second, and so on. A value is known by its bar's time and the
/// time it was recorded; of two that have both in common the one that was replaced later counts, as the other was written by somebody who did not
/// come to replace the bar.
/// </summary>
internal sealed class Revisions
{
    /// <summary>None.</summary>
    public static readonly Revisions Empty = new([]);

    private readonly IReadOnlyList<RevisionLayer> _layers;

    private Revisions(IReadOnlyList<RevisionLayer> layers) => _layers = layers;

    /// <summary>The layers; none is empty.</summary>
    public IReadOnlyList<RevisionLayer> Layers => _layers;

    /// <summary>How many values.</summary>
    public int Count => _layers.Sum(layer => layer.Old.Count);

    /// <summary>Puts layers of any order together.</summary>
    /// <exception cref="BadDataException">Values of a column do not fit together in 18 digits.</exception>
    public static Revisions Of(params IEnumerable<RevisionLayer> layers)
    {
        var all = layers.Where(layer => layer.Old.Count > 0).ToList();
        if (all.Count <= 1)
            return all.Count == 0 ? Empty : new Revisions(all);
        var places = new List<Place>(all.Sum(layer => layer.Old.Count));
        foreach (var layer in all)
        {
            for (var i = 0; i < layer.Old.Count; i++)
                places.Add(new Place(layer.Old.Times[i], layer.RecordedMs.Span[i], layer.ReplacedMs.Span[i], layer, i));
        }

        places.Sort();
        var ranks = new List<List<Place>>();
        for (var (i, rank) = (0, 0); i < places.Count; i++)
        {
            rank = i > 0 && places[i - 1].TimeMs == places[i].TimeMs ? rank : 0;
            // Sorted by when they were replaced too: the last of those that have the key in common counts.
            if (i + 1 < places.Count && places[i + 1].TimeMs == places[i].TimeMs && places[i + 1].RecordedMs == places[i].RecordedMs)
                continue;
            if (rank == ranks.Count)
                ranks.Add([]);
            ranks[rank++].Add(places[i]);
        }

        return new Revisions([.. ranks.Select(LayerOf)]);
    }

    /// <summary>These and others.</summary>
    /// <exception cref="BadDataException">Values of a column do not fit together in 18 digits.</exception>
    public Revisions With(Revisions others) => others.Count == 0 ? this : Count == 0 ? others : Of([.. _layers, .. others._layers]);

    /// <summary>The former values that bars of a range had at a time; a bar has one at most.</summary>
    public BarBlock AsOf(long timeMs, TimeRange range)
    {
        var then = BarBlock.Empty;
        foreach (var layer in _layers)
            then = BarMerge.Merge(then, layer.AsOf(timeMs).Between(range)).Block;
        return then;
    }

    /// <summary>The revisions of bars in a range, ordered by the bar's time, then by when they were replaced.</summary>
    public IEnumerable<BarRevision> In(TimeRange range) => _layers
        .SelectMany(layer => Enumerable.Range(0, layer.Old.Count).Where(i => range.Contains(layer.Old.Times[i])).Select(layer.At))
        .OrderBy(revision => revision.Old.TimeMs).ThenBy(revision => revision.ReplacedMs);

    private static RevisionLayer LayerOf(List<Place> places)
    {
        var bars = new BarBlockBuilder("revisions", places.Count);
        foreach (var place in places)
            bars.Add(place.Layer.Old.At(place.Index));
        return new RevisionLayer(bars.Build(), places.Select(p => p.RecordedMs).ToArray(), places.Select(p => p.ReplacedMs).ToArray());
    }

    private readonly record struct Place(long TimeMs, long RecordedMs, long ReplacedMs, RevisionLayer Layer, int Index) : IComparable<Place>
    {
        public int CompareTo(Place other) => (TimeMs, RecordedMs, ReplacedMs).CompareTo((other.TimeMs, other.RecordedMs, other.ReplacedMs));
    }
}
