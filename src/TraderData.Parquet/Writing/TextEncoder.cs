using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace TraderData.Parquet;

/// <summary>Lays out the texts of a chunk, plainly or by a dictionary, and finds their bounds.</summary>
internal sealed class TextEncoder : IDisposable
{
    // Longer bounds help nobody to skip a row group.
    private const int MaxBoundBytes = 256;

    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly GrowBuffer _dictionary = new();
    private readonly List<byte[]?> _bounds = [null, null];

    public TextEncoder(ReadOnlySpan<string?> values, bool useDictionary)
    {
        HasDictionary = useDictionary;
        foreach (var value in values)
        {
            if (value is null || _indices.ContainsKey(value))
                continue;
            if (_indices.Count >= NumberDictionary.MaxEntries)
                HasDictionary = false;
            else
                _indices.Add(value, _indices.Count);
            Include(Append(value, _dictionary, HasDictionary));
        }

        Min = Bounded(_bounds[0]);
        Max = Bounded(_bounds[1]);
    }

    public bool HasDictionary { get; private set; }

    public ReadOnlySpan<byte> Dictionary => _dictionary.Written;

    public int DictionaryCount => _indices.Count;

    public byte[]? Min { get; }

    public byte[]? Max { get; }

    public void AppendPage(ReadOnlySpan<string?> page, GrowBuffer output)
    {
        if (!HasDictionary)
        {
            foreach (var value in page)
            {
                if (value is not null)
                    Append(value, output, keep: true);
            }

            return;
        }

        var indices = ArrayPool<int>.Shared.Rent(page.Length);
        var count = 0;
        foreach (var value in page)
        {
            if (value is not null)
                indices[count++] = _indices[value];
        }

        DictionaryPage.AppendIndices(indices.AsSpan(0, count), DictionaryCount, output);
        ArrayPool<int>.Shared.Return(indices);
    }

    public void Dispose() => _dictionary.Dispose();

    private static byte[]? Bounded(byte[]? bound) => bound?.Length > MaxBoundBytes ? null : bound;

    /// <summary>Appends a text's length and bytes (only its bytes are returned, when it is not to be kept).</summary>
    private static ReadOnlySpan<byte> Append(string value, GrowBuffer output, bool keep)
    {
        try
        {
            var length = StrictUtf8.Encoding.GetByteCount(value);
            var target = output.GetSpan(sizeof(int) + length);
            MemoryMarshal.Write(target, length);
            StrictUtf8.Encoding.GetBytes(value, target[sizeof(int)..]);
            if (keep)
                output.Advance(sizeof(int) + length);
            return target.Slice(sizeof(int), length);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("a text that is no Unicode (half of a surrogate pair)", e);
        }
    }

    private void Include(ReadOnlySpan<byte> bytes)
    {
        if (_bounds[0] is not { } min || bytes.SequenceCompareTo(min) < 0)
            _bounds[0] = bytes.ToArray();
        if (_bounds[1] is not { } max || bytes.SequenceCompareTo(max) > 0)
            _bounds[1] = bytes.ToArray();
    }
}
