using TraderData.Core;

namespace TraderData.Api;

/// <summary>The bars of one series that an answer gives: blocks as the store gave them, in the order of the answer, cut to the limit.</summary>
/// <param name="request">What of this series was asked for.</param>
/// <param name="series">The series.</param>
internal sealed class BarPage(BarRequest request, Series series)
{
    private readonly List<BarBlock> _blocks = [];

    /// <summary>What of this series was asked for.</summary>
    public BarRequest Request => request;

    /// <summary>The series.</summary>
    public Series Series => series;

    /// <summary>The blocks; the newest first when that is the order, while bars within a block always ascend.</summary>
    public IReadOnlyList<BarBlock> Blocks => _blocks;

    /// <summary>The block of bars that may still change; null when there is none.</summary>
    public BarBlock? Provisional { get; private set; }

    /// <summary>How many bars.</summary>
    public int Count { get; private set; }

    /// <summary>True when more bars follow.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The finer timeframe that the bars are made of; null when they are held as they are.</summary>
    public Timeframe? MadeOf { get; private set; }

    /// <summary>Opening time of the last bar given.</summary>
    public long LastMs => request.NewestFirst ? _blocks[^1].FirstMs : _blocks[^1].LastMs;

    /// <summary>Reads the bars of a page.</summary>
    /// <returns>The error when the series is not held and cannot be made; null when there is none.</returns>
    public async Task<ApiError?> ReadAsync(IBarStore store, IProvisionalBars provisional, CancellationToken cancellationToken)
    {
        if (!request.IncludeProvisional)
            return await ReadFinalAsync(store, cancellationToken);
        var newest = await NewestAsync(store, provisional, cancellationToken);
        if (request.NewestFirst)
            TakeProvisional(newest);
        var error = await ReadFinalAsync(store, cancellationToken);
        if (!request.NewestFirst && error is null && !HasMore)
            TakeProvisional(newest);
        return error;
    }

    // Those that the store does not hold as final by now.
    private async Task<BarBlock> NewestAsync(IBarStore store, IProvisionalBars provisional, CancellationToken cancellationToken)
    {
        var bars = (await provisional.ReadAsync(series, cancellationToken)).Between(request.Rest);
        await foreach (var last in store.ReadAsync(series, new BarQuery(TimeRange.All, NewestFirst: true, Limit: 1), cancellationToken))
            return bars.Between(new TimeRange(last.LastMs + 1, TimeRange.All.EndMs));
        return bars;
    }

    private void TakeProvisional(BarBlock bars)
    {
        var count = Math.Min(bars.Count, request.Limit - Count);
        HasMore = count < bars.Count;
        if (count == 0)
            return;
        Provisional = bars.Slice(request.NewestFirst ? bars.Count - count : 0, count);
        _blocks.Add(Provisional);
        Count += count;
    }

    private async Task<ApiError?> ReadFinalAsync(IBarStore store, CancellationToken cancellationToken)
    {
        if (HasMore)
            return null;
        // One row more than asked tells whether there is a next page.
        var before = Count;
        var query = new BarQuery(request.Rest, request.NewestFirst, request.Limit - Count + 1L, request.AsOfMs);
        await TakeAsync(store.ReadAsync(series, query, cancellationToken));

        // What is held is not looked for first: only when nothing came it may be that there is no such series.
        if (Count > before || HasMore)
            return null;
        if (await SeriesReader.FindAsync(store, series, request.AsOfMs, cancellationToken) is not { } reading)
            return await HeldSeries.UnknownAsync(store, series, cancellationToken);
        if (!reading.IsResampled)
            return null;
        MadeOf = reading.Held.Series.Timeframe;
        await TakeAsync(SeriesReader.ReadAsync(store, reading, query, request.CompleteOnly, cancellationToken));
        return null;
    }

    private async Task TakeAsync(IAsyncEnumerable<BarBlock> blocks)
    {
        await foreach (var block in blocks)
        {
            var count = Math.Min(block.Count, request.Limit - Count);
            HasMore = count < block.Count;
            if (count > 0)
                _blocks.Add(request.NewestFirst ? block.Slice(block.Count - count, count) : block.Slice(0, count));
            Count += count;
            if (HasMore)
                return;
        }
    }
}
