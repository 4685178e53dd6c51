using System.Runtime.CompilerServices;

namespace TraderData.Core;

/// <summary>One look at the fine bars of whole buckets, which may end at a limit of fine bars before the range does.</summary>
internal sealed class ResamplePass(Series fine, Timeframe to, BucketRule? completeOnly, BarQuery query)
{
    private readonly BarResampler _resampler = new(fine, to, completeOnly);
    private long _parts;
    private long _reachedMs;

    /// <summary>What of the range is still to be read, once the pass has ended; null when nothing is.</summary>
    public TimeRange? Rest { get; private set; }

    public IAsyncEnumerable<BarBlock> ReadAsync(IBarStore store, CancellationToken cancellationToken)
    {
        var blocks = Counted(store.ReadAsync(fine, query, cancellationToken), cancellationToken);
        return query.NewestFirst ? DescendAsync(blocks, cancellationToken) : AscendAsync(blocks, cancellationToken);
    }

    private async IAsyncEnumerable<BarBlock> Counted(IAsyncEnumerable<BarBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            _parts += block.Count;
            _reachedMs = to.Floor(query.NewestFirst ? block.FirstMs : block.LastMs);
            yield return block;
        }
    }

    private async IAsyncEnumerable<BarBlock> AscendAsync(IAsyncEnumerable<BarBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (_resampler.Push(block) is { Count: > 0 } made)
                yield return made;
        }

        if (_parts == query.Limit)
            Rest = new TimeRange(_reachedMs, query.Range.EndMs);
        else if (_resampler.Finish() is { Count: > 0 } last)
            yield return last;
    }

    private async IAsyncEnumerable<BarBlock> DescendAsync(IAsyncEnumerable<BarBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The fine bars so far of the oldest bucket that was reached, newest block first.
        var open = new List<BarBlock>();
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var cut = block.IndexAtOrAfter(to.Floor(block.FirstMs) + to.DurationMs);
            if (cut < block.Count || (open.Count > 0 && to.Floor(open[^1].FirstMs) != to.Floor(block.FirstMs)))
            {
                open.Add(block.Slice(cut, block.Count - cut));
                foreach (var made in Made(open))
                    yield return made;
                open.Clear();
            }

            open.Add(block.Slice(0, cut));
        }

        if (_parts == query.Limit)
        {
            Rest = new TimeRange(query.Range.StartMs, _reachedMs + to.DurationMs);
            yield break;
        }

        foreach (var made in Made(open))
            yield return made;
    }

    private IEnumerable<BarBlock> Made(List<BarBlock> newestFirst)
    {
        var made = new Stack<BarBlock>();
        for (var i = newestFirst.Count - 1; i >= 0; i--)
            made.Push(_resampler.Push(newestFirst[i]));
        made.Push(_resampler.Finish());
        return made.Where(block => block.Count > 0);
    }
}
