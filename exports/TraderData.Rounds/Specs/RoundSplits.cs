using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>The three parts of a round's range, one behind the other. Each is half open, and a bar belongs to one when all of it lies inside.</summary>
/// <param name="Train">What is trained on.</param>
/// <param name="Validation">What is chosen by.</param>
/// <param name="Test">What is judged by; it has no labels.</param>
public sealed record RoundSplits(TimeRange Train, TimeRange Validation, TimeRange Test)
{
    /// <summary>The names, in order of time: <c>train</c>, <c>validation</c>, <c>test</c>.</summary>
    public static readonly IReadOnlyList<string> Names = ["train", "validation", "test"];

    /// <summary>All three, in order of time.</summary>
    internal IReadOnlyList<TimeRange> Ranges => [Train, Validation, Test];

    /// <summary>The parts of a range between two borders.</summary>
    /// <exception cref="ArgumentException">The borders are not in order.</exception>
    public static RoundSplits At(TimeRange range, long validationMs, long testMs) =>
        new(new TimeRange(range.StartMs, validationMs), new TimeRange(validationMs, testMs), new TimeRange(testMs, range.EndMs));
}
