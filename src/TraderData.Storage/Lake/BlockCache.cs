namespace TraderData.Storage;

/// <summary>Decoded partitions, kept by blob and version within a number of bytes; the one that was not used for the longest time goes first.</summary>
internal sealed class BlockCache(long capacityBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;
    private long _hits;
    private long _misses;

    /// <summary>How many bytes the kept blocks may take.</summary>
    public long CapacityBytes => capacityBytes;

    /// <summary>How many bytes the kept blocks take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>How often what was looked for was kept.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>How often it was not.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>That version of a blob; null when it is not kept.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="version">The version.</param>
    /// <param name="withUpdates">Only when it is known too when the bars got their values.</param>
    public HeldPartition? Find(string blob, string version, bool withUpdates)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(blob, out var node) || node.Value.Version != version || (withUpdates && node.Value.Held.Updated is null))
            {
                _misses++;
                return null;
            }

            _hits++;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Held;
        }
    }

    /// <summary>Keeps a version of a blob, instead of another.</summary>
    public void Put(string blob, string version, HeldPartition held)
    {
        var entry = new Entry(blob, version, held, held.Bytes);
        lock (_lock)
        {
            if (_entries.Remove(blob, out var old))
                Drop(old);
            if (entry.Bytes > capacityBytes)
                return;
            _entries[blob] = _byUse.AddFirst(entry);
            _bytes += entry.Bytes;
            while (_bytes > capacityBytes && _byUse.Last is { } last)
            {
                _entries.Remove(last.Value.Blob);
                Drop(last);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry(string Blob, string Version, HeldPartition Held, long Bytes);
}
