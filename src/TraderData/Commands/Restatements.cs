using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Cli;

/// <summary>A value that a bar had, and the next one that it got: of a later restatement, or its present one; null when another program took it away.</summary>
internal readonly record struct Restatement(BarRevision Old, Bar? Became);

/// <summary>Reads the restatements of a series.</summary>
internal static class Restatements
{
    // So many are held at once. Present bars are read in stretches of neighbours: one that is farther away costs a read of its own instead of all between.
    private const int Group = 1_000;
    private const int NeighbourBars = 1_000;

    /// <summary>The restatements of a range of opening times, ordered by the bar's time, then by when they were replaced.</summary>
    public static async IAsyncEnumerable<Restatement> ReadAsync(
        IBarStore store, Series series, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var group = new List<BarRevision>();
        await foreach (var revision in store.ReadRevisionsAsync(series, range, cancellationToken).ConfigureAwait(false))
        {
            // All values of a bar stay together.
            if (group.Count >= Group && group[^1].Old.TimeMs != revision.Old.TimeMs)
            {
                await foreach (var restatement in ResolveAsync(store, series, group, cancellationToken).ConfigureAwait(false))
                    yield return restatement;
                group.Clear();
            }

            group.Add(revision);
        }

        await foreach (var restatement in ResolveAsync(store, series, group, cancellationToken).ConfigureAwait(false))
            yield return restatement;
    }

    private static async IAsyncEnumerable<Restatement> ResolveAsync(
        IBarStore store, Series series, List<BarRevision> group, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var present = await PresentAsync(store, series, group, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < group.Count; i++)
        {
            var timeMs = group[i].Old.TimeMs;
            Bar? became = i + 1 < group.Count && group[i + 1].Old.TimeMs == timeMs ? group[i + 1].Old
                : present.TryGetValue(timeMs, out var now) ? now : null;

            // What a kill between the two writes of a restatement left is still the bar's value.
            if (became != group[i].Old)
                yield return new Restatement(group[i], became);
        }
    }

    private static async Task<Dictionary<long, Bar>> PresentAsync(IBarStore store, Series series, List<BarRevision> group, CancellationToken cancellationToken)
    {
        var nearMs = NeighbourBars * series.Timeframe.DurationMs;
        var stretches = RangeSet.Of(group.Select(r => new TimeRange(r.Old.TimeMs, r.Old.TimeMs + nearMs)));
        var times = group.Select(r => r.Old.TimeMs).ToHashSet();
        var present = new Dictionary<long, Bar>();
        foreach (var stretch in stretches)
        {
            var range = new TimeRange(stretch.StartMs, stretch.EndMs - nearMs + 1);
            await foreach (var block in store.ReadAsync(series, new BarQuery(range), cancellationToken).ConfigureAwait(false))
            {
                for (var i = 0; i < block.Count; i++)
                {
                    if (times.Contains(block.Times[i]))
                        present[block.Times[i]] = block.At(i);
                }
            }
        }

        return present;
    }
}
