using System.Runtime.CompilerServices;

namespace TraderData.Core;

/// <summary>Reads a series that is made of a finer one.</summary>
internal sealed class ResampledRead(IBarStore store, SeriesReading reading, bool completeOnly)
{
    private readonly Series _fine = reading.Held.Series;
    private readonly Timeframe _to = reading.Series.Timeframe;
    private readonly BucketRule? _rule = completeOnly ? new BucketRule(reading.Held, reading.Series.Timeframe) : null;

    /// <summary>The made bars of a query.</summary>
    public async IAsyncEnumerable<BarBlock> ReadAsync(BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Limit is < 1)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "a limit must be 1 or more");
        var left = query.Limit ?? long.MaxValue;
        var lastMs = await SeriesReader.LastAsync(store, reading, query.AsOfMs, cancellationToken).ConfigureAwait(false);
        TimeRange? range = reading.ClosedBars(query.Range, lastMs);

        // The most fine bars that the made ones can take, and one that shows that there is another; more when bars are left out or lie off the grid.
        for (var parts = PartsOf(query.Limit); range is { IsEmpty: false } within; parts = parts > long.MaxValue / 2 ? null : parts * 2)
        {
            var pass = new ResamplePass(_fine, _to, _rule, new BarQuery(within, query.NewestFirst, parts, query.AsOfMs));
            await foreach (var block in pass.ReadAsync(store, cancellationToken).ConfigureAwait(false))
            {
                var count = (int)Math.Min(block.Count, left);
                left -= count;
                yield return block.Slice(query.NewestFirst ? block.Count - count : 0, count);
                if (left == 0)
                    yield break;
            }

            range = pass.Rest;
        }
    }

    private long? PartsOf(long? limit)
    {
        var slots = _to.DurationMs / _fine.Timeframe.DurationMs;
        return limit is { } count && count < long.MaxValue / slots ? (count * slots) + 1 : null;
    }
}
