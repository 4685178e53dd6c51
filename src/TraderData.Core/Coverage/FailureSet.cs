using System.Collections;

namespace TraderData.Core;

/// <summary>
/// The failed ranges of a series: ascending and apart. Where two are told of the same time, the later one counts, so that they may come in any order and
/// any number of times. Immutable.
/// </summary>
public sealed class FailureSet : IReadOnlyList<FetchFailure>, IEquatable<FailureSet>
{
    /// <summary>
    /// The most that are kept. Of more the oldest are forgotten: their times are then as if they had never been asked for, and are asked for sooner.
    /// </summary>
    public const int MaxCount = 64;

    /// <summary>None.</summary>
    public static readonly FailureSet Empty = new([]);

    private readonly FetchFailure[] _failures;

    private FailureSet(FetchFailure[] failures) => _failures = failures;

    /// <inheritdoc/>
    public int Count => _failures.Length;

    /// <inheritdoc/>
    public FetchFailure this[int index] => _failures[index];

    /// <summary>Any failures, in any order.</summary>
    public static FailureSet Of(IEnumerable<FetchFailure> failures)
    {
        var apart = new List<FetchFailure>();

        // The latest first: each takes what no later one has.
        foreach (var failure in failures.OrderByDescending(f => f.AtMs).ThenByDescending(f => f.Tries).ThenByDescending(f => f.Message, StringComparer.Ordinal))
        {
            var taken = RangeSet.Of(apart.Select(f => f.Range));
            apart.AddRange(taken.Missing(failure.Range).Select(failure.Within));
        }

        return apart.Count == 0 ? Empty : new FailureSet(Joined(apart.OrderBy(f => f.Range.StartMs)));
    }

    /// <summary>These and one more.</summary>
    public FailureSet With(FetchFailure failure) => Of(_failures.Append(failure));

    /// <summary>These and others.</summary>
    public FailureSet With(FailureSet others) => others.Count == 0 ? this : Of(_failures.Concat(others));

    /// <summary>These without the times of a range: it was asked for, and answered.</summary>
    public FailureSet Without(TimeRange range) => Without(RangeSet.Empty.With(range));

    /// <summary>These without the times of a set.</summary>
    public FailureSet Without(RangeSet ranges) => _failures.Length == 0
        ? this
        : Of(_failures.SelectMany(f => ranges.Missing(f.Range).Select(f.Within)));

    /// <inheritdoc/>
    public bool Equals(FailureSet? other) => other is not null && _failures.AsSpan().SequenceEqual(other._failures);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FailureSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _failures.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public IEnumerator<FetchFailure> GetEnumerator() => ((IEnumerable<FetchFailure>)_failures).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static FetchFailure[] Joined(IEnumerable<FetchFailure> ascending)
    {
        var joined = new List<FetchFailure>();
        foreach (var failure in ascending)
        {
            if (joined.Count > 0 && joined[^1] is var before && before.Range.EndMs == failure.Range.StartMs && before.Within(failure.Range) == failure)
                joined[^1] = before.Within(new TimeRange(before.Range.StartMs, failure.Range.EndMs));
            else
                joined.Add(failure);
        }

        return joined.Count <= MaxCount
            ? [.. joined]
            : [.. joined.OrderByDescending(f => f.AtMs).ThenBy(f => f.Range.StartMs).Take(MaxCount).OrderBy(f => f.Range.StartMs)];
    }
}
