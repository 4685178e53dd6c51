namespace TraderData.Core;

/// <summary>A range of a series that its source was asked for last without an answer that can be used.</summary>
public sealed record FetchFailure
{
    /// <summary>The longest message that is kept, in characters: a line that names the request, the answer and the remedy.</summary>
    public const int MaxMessageLength = 300;

    /// <summary>Tells of a failure.</summary>
    /// <param name="range">The opening times that were asked for; not empty.</param>
    /// <param name="message">What came back, without a secret; control characters are replaced and what is behind 300 characters is cut.</param>
    /// <param name="atMs">When, Unix milliseconds UTC.</param>
    /// <param name="tries">How often in a row it failed, this time included.</param>
    /// <exception cref="ArgumentException">The range is empty, or tries are fewer than 1.</exception>
    public FetchFailure(TimeRange range, string message, long atMs, int tries)
    {
        if (range.IsEmpty)
            throw new ArgumentException($"a failed range must not be empty, was {range}", nameof(range));
        ArgumentOutOfRangeException.ThrowIfLessThan(tries, 1);
        (Range, AtMs, Tries) = (range, atMs, tries);
        var end = Math.Min(message.Length, MaxMessageLength);
        if (end < message.Length && char.IsHighSurrogate(message[end - 1]))
            end--;
        Message = string.Create(end, message, (line, text) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(text[i]) ? ' ' : text[i];
        });
    }

    /// <summary>The opening times that were asked for; not empty.</summary>
    public TimeRange Range { get; }

    /// <summary>What came back.</summary>
    public string Message { get; }

    /// <summary>When, Unix milliseconds UTC.</summary>
    public long AtMs { get; }

    /// <summary>How often in a row it failed.</summary>
    public int Tries { get; }

    /// <summary>The same of a part of the range.</summary>
    internal FetchFailure Within(TimeRange part) => new(part, Message, AtMs, Tries);
}
