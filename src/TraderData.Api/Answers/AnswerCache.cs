using Microsoft.Extensions.Caching.Memory;

namespace TraderData.Api;

/// <summary>
/// Answers as they were sent, for those who ask the same again: many clients want the same latest bars, and to copy bytes costs a tenth of writing
/// them. An answer is found by its query and its strong ETag, which says what stands in it, so that a bar that came or changed is never missing from it.
/// Kept are answers that were asked for twice lately, within a number of bytes.
/// </summary>
internal sealed class AnswerCache : IDisposable
{
    /// <summary>The longest answer that is kept: an eighth of all, some ten thousand bars.</summary>
    public const int MaxAnswerBytes = (int)(CapacityBytes / 8);

    // The latest pages of some eighty series, and little beside the decoded bars that the store keeps.
    private const long CapacityBytes = 16 << 20;

    // An entry's strings, key and nodes.
    private const int EntryBytes = 512;

    // What was asked for once is noted by its hash alone, the newer over the older.
    private const int Notes = 4_096;

    // The latest bars change with every bar: what is not asked for any more goes.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = CapacityBytes, CompactionPercentage = 0.25 });
    private readonly int[] _notes = new int[Notes];

    /// <summary>The body of an answer; null when it is not kept.</summary>
    public byte[]? Find(AnswerKey key) => _answers.TryGetValue(key, out byte[]? body) ? body : null;

    /// <summary>Notes that an answer has to be written.</summary>
    /// <returns>True when it was noted before: it is worth keeping.</returns>
    public bool Note(AnswerKey key)
    {
        // Two threads may write over each other's note: then an answer is kept a request later.
        var hash = key.GetHashCode();
        ref var note = ref _notes[hash & (Notes - 1)];
        var isKnown = note == hash;
        note = hash;
        return isKnown;
    }

    /// <summary>Keeps the body of an answer, which must not change any more.</summary>
    public void Keep(AnswerKey key, byte[] body) =>
        _answers.Set(key, body, new MemoryCacheEntryOptions { Size = body.Length + EntryBytes, SlidingExpiration = Idle });

    /// <inheritdoc/>
    public void Dispose() => _answers.Dispose();
}

/// <summary>What an answer is found by.</summary>
/// <param name="Form">The form of its endpoint.</param>
/// <param name="Query">The query as it came.</param>
/// <param name="Tag">The strong ETag.</param>
internal sealed record AnswerKey(BarAnswer Form, string Query, string Tag);
