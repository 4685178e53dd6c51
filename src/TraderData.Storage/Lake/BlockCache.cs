namespace TraderData.Storage;

/// <summary>Decoded partitions, kept by blob and version within a number of bytes; the one that was not used for the longest time goes first.</summary>
internal sealed class BlockCache(long capacityBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>How many bytes the kept blocks take.</summary>
    public long Bytes { get; private set; }

    /// <summary>That version of a blob; null when it is not kept.</summary>
    public HeldPartition? Find(string blob, string version)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(blob, out var node) || node.Value.Version != version)
                return null;
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
            Bytes += entry.Bytes;
            while (Bytes > capacityBytes && _byUse.Last is { } last)
            {
                _entries.Remove(last.Value.Blob);
                Drop(last);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        Bytes -= node.Value.Bytes;
    }

    private sealed record Entry(string Blob, string Version, HeldPartition Held, long Bytes);
}
