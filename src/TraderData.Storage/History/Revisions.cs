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
        var places = new Revisions(all).Places();
        places.Sort();
        var known = new List<Place>(places.Count);
        foreach (var place in places)
        {
            // Sorted by when they were replaced too: the last of those that have the key in common counts.
            if (known.Count > 0 && known[^1].TimeMs == place.TimeMs && known[^1].RecordedMs == place.RecordedMs)
                known[^1] = place;
            else
                known.Add(place);
        }

        return Ranked(known);
    }

    /// <summary>These and others. Of a value that both have this one stays, replaced when the others say.</summary>
    /// <exception cref="BadDataException">Values of a column do not fit together in 18 digits.</exception>
    public Revisions With(Revisions others)
    {
        if (others.Count == 0)
            return this;
        if (Count == 0)
            return others;
        var news = others.Places().ToDictionary(place => (place.TimeMs, place.RecordedMs));
        var all = Places().ConvertAll(place => news.Remove((place.TimeMs, place.RecordedMs), out var other) ? place with { ReplacedMs = other.ReplacedMs } : place);
        all.AddRange(news.Values);
        all.Sort();
        return Ranked(all);
    }

    /// <summary>The former values that bars of a range had at a time: of each bar the one that was recorded last, unless it was replaced by then.</summary>
    /// <exception cref="BadDataException">Values of a column do not fit together in 18 digits.</exception>
    public BarBlock AsOf(long timeMs, TimeRange range)
    {
        var then = new SortedDictionary<long, Place>();
        foreach (var place in Places())
        {
            if (range.Contains(place.TimeMs) && place.RecordedMs <= timeMs && timeMs < place.ReplacedMs
                && (!then.TryGetValue(place.TimeMs, out var other) || other.RecordedMs < place.RecordedMs))
            {
                then[place.TimeMs] = place;
            }
        }

        return Block(then.Values);
    }

    /// <summary>
    /// These, as the present values say: a value was replaced when its successor was recorded. What is still the present value, and what came after it,
    /// is none: writers put down what they are about to replace before they do, and may not come to it.
    /// </summary>
    /// <param name="present">All bars of these revisions; a revision of another bar is left out.</param>
    /// <exception cref="BadDataException">Values of a column do not fit together in 18 digits.</exception>
    public Revisions SettledBy(StoredBars present)
    {
        var places = Places();
        places.Sort();
        var settled = new List<Place>(places.Count);
        for (var i = 0; i < places.Count; i++)
        {
            var place = places[i];
            var index = present.Bars.Times.BinarySearch(place.TimeMs);
            if (index < 0)
                continue;
            var updatedMs = present.UpdatedMs.Span[index];
            // A bar whose own time is not known, but former values' are, was written by another program: they are left as they are.
            if (updatedMs == StoredBars.Unknown ? place.RecordedMs == updatedMs : place.RecordedMs >= updatedMs)
                continue;
            var hasNext = i + 1 < places.Count && places[i + 1].TimeMs == place.TimeMs && (updatedMs == StoredBars.Unknown || places[i + 1].RecordedMs < updatedMs);
            var replacedMs = hasNext ? places[i + 1].RecordedMs : updatedMs == StoredBars.Unknown ? place.ReplacedMs : updatedMs;
            settled.Add(place with { ReplacedMs = replacedMs });
        }

        return Ranked(settled);
    }

    /// <summary>The revisions of bars in a range, ordered by the bar's time, then by when they were replaced.</summary>
    public IEnumerable<BarRevision> In(TimeRange range) => _layers
        .SelectMany(layer => Enumerable.Range(0, layer.Old.Count).Where(i => range.Contains(layer.Old.Times[i])).Select(layer.At))
        .OrderBy(revision => revision.Old.TimeMs).ThenBy(revision => revision.ReplacedMs);

    /// <summary>When the former values of each bar were recorded, ascending, by the bar's time.</summary>
    public Dictionary<long, List<long>> RecordedTimes()
    {
        var times = new Dictionary<long, List<long>>();
        var places = Places();
        places.Sort();
        foreach (var place in places)
        {
            if (!times.TryGetValue(place.TimeMs, out var recorded))
                times[place.TimeMs] = recorded = [];
            recorded.Add(place.RecordedMs);
        }

        return times;
    }

    // The n-th value of each bar goes to the n-th layer.
    private static Revisions Ranked(List<Place> sorted)
    {
        var ranks = new List<List<Place>>();
        var rank = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            rank = i > 0 && sorted[i - 1].TimeMs == sorted[i].TimeMs ? rank + 1 : 0;
            if (rank == ranks.Count)
                ranks.Add([]);
            ranks[rank].Add(sorted[i]);
        }

        return ranks.Count == 0 ? Empty : new Revisions([.. ranks.Select(LayerOf)]);
    }

    private static RevisionLayer LayerOf(List<Place> places) =>
        new(Block(places), places.Select(p => p.RecordedMs).ToArray(), places.Select(p => p.ReplacedMs).ToArray());

    private static BarBlock Block(IReadOnlyCollection<Place> places)
    {
        var bars = new BarBlockBuilder("former values", places.Count);
        foreach (var place in places)
            bars.Add(place.Layer.Old.At(place.Index));
        return bars.Build();
    }

    private List<Place> Places()
    {
        var places = new List<Place>(Count);
        foreach (var layer in _layers)
        {
            for (var i = 0; i < layer.Old.Count; i++)
                places.Add(new Place(layer.Old.Times[i], layer.RecordedMs.Span[i], layer.ReplacedMs.Span[i], layer, i));
        }

        return places;
    }

    private readonly record struct Place(long TimeMs, long RecordedMs, long ReplacedMs, RevisionLayer Layer, int Index) : IComparable<Place>
    {
        public int CompareTo(Place other) => (TimeMs, RecordedMs, ReplacedMs).CompareTo((other.TimeMs, other.RecordedMs, other.ReplacedMs));
    }
}
