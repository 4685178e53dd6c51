using System.Buffers;
using System.Numerics;

namespace TraderData.Parquet;

/// <summary>The distinct numbers of a chunk, in order of first appearance, and each value's index among them.</summary>
internal sealed class NumberDictionary : IDisposable
{
    public const int MaxEntries = 64 << 10;

    // Twice the entries: at most half full, probes stay short.
    private const int Slots = MaxEntries * 2;

    private readonly long[] _values = ArrayPool<long>.Shared.Rent(MaxEntries);
    private readonly int[] _slots = ArrayPool<int>.Shared.Rent(Slots);
    private readonly int[] _indices;
    private readonly int _length;

    private NumberDictionary(int length) => (_indices, _length) = (ArrayPool<int>.Shared.Rent(length), length);

    public int Count { get; private set; }

    public ReadOnlySpan<long> Values => _values.AsSpan(0, Count);

    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, _length);

    /// <summary>Builds one; null when there are more distinct values than <see cref="MaxEntries"/>.</summary>
    public static NumberDictionary? TryBuild(ReadOnlySpan<long> values)
    {
        var dictionary = new NumberDictionary(values.Length);
        if (dictionary.Fill(values))
            return dictionary;
        dictionary.Dispose();
        return null;
    }

    public void Dispose()
    {
        ArrayPool<long>.Shared.Return(_values);
        ArrayPool<int>.Shared.Return(_slots);
        ArrayPool<int>.Shared.Return(_indices);
    }

    private bool Fill(ReadOnlySpan<long> values)
    {
        var slots = _slots.AsSpan(0, Slots);
        slots.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            // Fibonacci hashing; a slot holds an index plus one, 0 is free.
            var slot = (int)((ulong)values[i] * 0x9E3779B97F4A7C15 >> (64 - BitOperations.Log2(Slots)));
            while (slots[slot] != 0 && _values[slots[slot] - 1] != values[i])
                slot = (slot + 1) & (Slots - 1);
            if (slots[slot] == 0)
            {
                if (Count == MaxEntries)
                    return false;
                _values[Count++] = values[i];
                slots[slot] = Count;
            }

            _indices[i] = slots[slot] - 1;
        }

        return true;
    }
}

/// <summary>The values of a page that refer to a dictionary.</summary>
internal static class DictionaryPage
{
    public static void AppendIndices(ReadOnlySpan<int> indices, int entries, GrowBuffer output)
    {
        // Width 0 is legal for a single entry, but some readers want at least one bit.
        var width = Math.Max(1, BitPacking.WidthOf((ulong)Math.Max(0, entries - 1)));
        output.Append((byte)width);
        RleHybrid.Encode(indices, width, output);
    }
}
