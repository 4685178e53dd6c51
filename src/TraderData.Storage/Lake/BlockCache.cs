using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Decoded partitions, kept by blob and version within a number of bytes; the one that was not used for the longest time goes first.</summary>
internal sealed class BlockCache(long capacityBytes)
{
    // An entry's name, nodes and array headers; matters only for many tiny partitions.
    private const int EntryBytes = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>How many bytes the kept blocks take.</summary>
    public long Bytes { get; private set; }

    /// <summary>The bars of that version of a blob; null when they are not kept.</summary>
    public BarBlock? Find(string blob, string version)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(blob, out var node) || node.Value.Version != version)
                return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Block;
        }
    }

    /// <summary>Keeps the bars of a version of a blob, instead of those of another version.</summary>
    public void Put(string blob, string version, BarBlock block)
    {
        var entry = new Entry(blob, version, block, SizeOf(block));
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

    private static long SizeOf(BarBlock block) =>
        EntryBytes + ((long)block.Count * sizeof(long) * (6 + (block.HasVwap ? 1 : 0) + (block.HasTrades ? 1 : 0)));

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        Bytes -= node.Value.Bytes;
    }

    private sealed record Entry(string Blob, string Version, BarBlock Block, long Bytes);
}
