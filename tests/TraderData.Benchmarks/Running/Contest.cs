using BenchmarkDotNet.Attributes;

namespace TraderData.Benchmarks;

/// <summary>One piece of work, done by us and by a rival in the same run. Each contest is one file in <c>Contests/</c>.</summary>
public abstract class Contest
{
    /// <summary>What is done.</summary>
    public abstract string Name { get; }

    /// <summary>What it is compared with.</summary>
    public abstract string Rival { get; }

    /// <summary>How many bars one run handles.</summary>
    public abstract int Bars { get; }

    /// <summary>Bytes read or written by one run of ours.</summary>
    public long OurBytes { get; protected set; }

    /// <summary>Bytes read or written by one run of the rival.</summary>
    public long RivalBytes { get; protected set; }

    /// <summary>Gets everything ready; not timed.</summary>
    public abstract Task SetupAsync();

    /// <summary>One run of ours.</summary>
    public abstract Task OursAsync();

    /// <summary>One run of the rival.</summary>
    public abstract Task RivalAsync();

    /// <summary>Lets go of what <see cref="SetupAsync"/> got.</summary>
    public virtual Task CleanupAsync() => Task.CompletedTask;

    // BenchmarkDotNet looks for its attributes on methods as they are declared, and does not find them on what is overridden.

    /// <summary><see cref="SetupAsync"/> for BenchmarkDotNet.</summary>
    [GlobalSetup]
    public Task Prepare() => SetupAsync();

    /// <summary><see cref="OursAsync"/> for BenchmarkDotNet.</summary>
    [Benchmark]
    public Task Ours() => OursAsync();

    /// <summary><see cref="RivalAsync"/> for BenchmarkDotNet.</summary>
    [Benchmark(Baseline = true)]
    public Task Theirs() => RivalAsync();

    /// <summary><see cref="CleanupAsync"/> for BenchmarkDotNet.</summary>
    [GlobalCleanup]
    public Task Finish() => CleanupAsync();

    /// <summary>Compares what the two last runs gave.</summary>
    /// <returns>The first difference; null when there is none.</returns>
    public abstract Task<string?> DifferenceAsync();

    /// <summary>The first place where two answers differ.</summary>
    protected static string? FirstDifference<T>(ReadOnlySpan<T> ours, ReadOnlySpan<T> rival)
        where T : IEquatable<T>
    {
        if (ours.IsEmpty)
            return "nothing to compare";
        var same = ours.CommonPrefixLength(rival);
        return same == ours.Length && same == rival.Length
            ? null
            : $"{ours.Length} and {rival.Length} values; at {same} ours is {(same < ours.Length ? ours[same] : null)}, the rival's {(same < rival.Length ? rival[same] : null)}";
    }
}
