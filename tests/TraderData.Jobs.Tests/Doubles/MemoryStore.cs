using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

/// <summary>A store that breaks off on demand before or after any write takes effect, which a real one will not do to order.</summary>
internal sealed class MemoryStore : IBarStore, IQuarantine
{
    private readonly ConcurrentDictionary<Series, SeriesState> _series = new();
    private int _writes;

    /// <summary>Called before a write takes effect, with its number from 0.</summary>
    public Action<int> BeforeWrite { get; set; } = _ => { };

    /// <summary>Called when a write has taken effect, with its number from 0.</summary>
    public Action<int> AfterWrite { get; set; } = _ => { };

    public int Writes => _writes;

    public ConcurrentQueue<(Series Series, BadDataException Reason)> Refused { get; } = [];

    public Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = Interlocked.Increment(ref _writes) - 1;
        BeforeWrite(number);
        var held = _series.GetValueOrDefault(series) ?? new SeriesState(BarBlock.Empty, Provenance.Unknown, RangeSet.Empty, RangeSet.Empty, FailureSet.Empty);
        var merged = BarMerge.Merge(held.Bars, write.Bars);
        var fetched = write.Fetched is { } f ? RangeSet.Empty.With(f) : RangeSet.Empty;
        var failures = held.Failures.Without(fetched);
        _series[series] = new SeriesState(
            merged.Block.Normalize(), write.Provenance, held.Fetched.With(fetched), write.IsSecondAsk ? held.Verified.With(fetched) : held.Verified,
            write.Failure is { } failure ? failures.With(failure) : failures);
        AfterWrite(number);
        return Task.FromResult(merged.Counts);
    }

    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var bars = Bars(series).Between(query.Range);
        if (bars.Count > 0)
            yield return bars;
    }

    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) => Task.FromResult(Info(series));

    public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) =>
        Task.FromResult(_series.Keys.FirstOrDefault(s => s.Symbol == symbol)?.Source);

    public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SeriesInfo>>([.. _series.Keys.Select(s => Info(s)!).OrderBy(i => i.Series.ToString(), StringComparer.Ordinal)]);

    public Task<string> PutAsync(Series series, BadDataException reason, CancellationToken cancellationToken)
    {
        Refused.Enqueue((series, reason));
        return Task.FromResult($"quarantine/{Refused.Count}");
    }

    public ConcurrentDictionary<(Series Series, string File), ArchiveVerdict> Verdicts { get; } = [];

    public Task CondemnAsync(Series series, ArchiveVerdict verdict, CancellationToken cancellationToken)
    {
        Verdicts[(series, verdict.File)] = verdict;
        return Task.CompletedTask;
    }

    public Task PardonAsync(Series series, string file, CancellationToken cancellationToken)
    {
        Verdicts.TryRemove((series, file), out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ArchiveVerdict>> VerdictsAsync(Series series, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ArchiveVerdict>>([.. Verdicts.Where(v => v.Key.Series == series).Select(v => v.Value).OrderBy(v => v.File, StringComparer.Ordinal)]);

    public BarBlock Bars(Series series) => _series.TryGetValue(series, out var held) ? held.Bars : BarBlock.Empty;

    public SeriesInfo? Info(Series series) => _series.TryGetValue(series, out var held)
        ? new SeriesInfo(series, held.Bars.Count, held.Bars.Count == 0 ? null : held.Bars.FirstMs, held.Bars.Count == 0 ? null : held.Bars.LastMs, held.Provenance, held.Fetched) { Verified = held.Verified, Failures = held.Failures }
        : null;

    /// <summary>Everything that is held, as text, to compare two stores.</summary>
    public string Dump() => string.Join('\n', _series.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal).Select(p =>
        $"{p.Key} {p.Value.Provenance} [{string.Join(", ", p.Value.Fetched)}] [{string.Join(", ", p.Value.Verified)}] [{string.Join(", ", p.Value.Failures)}]\n{BarText.Of(p.Value.Bars)}"));
}

internal sealed record SeriesState(BarBlock Bars, Provenance Provenance, RangeSet Fetched, RangeSet Verified, FailureSet Failures);

internal static class BarText
{
    public static string Of(BarBlock bars) => string.Join('\n', Enumerable.Range(0, bars.Count).Select(i => bars.At(i).ToString()));
}
