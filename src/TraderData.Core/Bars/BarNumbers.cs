using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TraderData.Core;

/// <summary>
/// Writes the five numbers of a bar as a part of a row of text, each behind its label. Where the machine can, the digits of the four prices are
/// made at once.
/// </summary>
public readonly ref struct BarNumbers
{
    /// <summary>How much room <see cref="Write"/> needs: five labels and numbers, and what may be overwritten behind them.</summary>
    public const int Room = (5 * (BarLabels.MaxLength + Utf8Decimal.MaxLength)) + DecimalWords.Room;

    private readonly BarLabels _labels;
    private readonly ReadOnlySpan<long> _opens;
    private readonly ReadOnlySpan<long> _highs;
    private readonly ReadOnlySpan<long> _lows;
    private readonly ReadOnlySpan<long> _closes;
    private readonly ReadOnlySpan<long> _volumes;
    private readonly int _priceScale;
    private readonly int _volumeScale;

    /// <summary>Writes numbers of a block.</summary>
    public BarNumbers(BarBlock block, BarLabels labels)
    {
        (_labels, _priceScale, _volumeScale) = (labels, block.PriceScale, block.VolumeScale);
        _opens = block.Opens;
        _highs = block.Highs;
        _lows = block.Lows;
        _closes = block.Closes;
        _volumes = block.Volumes;
    }

    /// <summary>Writes open, high, low, close and volume of a bar, as <see cref="Utf8Decimal.Format"/> writes numbers.</summary>
    /// <param name="index">The bar's index in the block.</param>
    /// <param name="destination">At least <see cref="Room"/> bytes; those behind the text may be overwritten.</param>
    /// <returns>How many bytes the text has.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int Write(int index, Span<byte> destination)
    {
        if (destination.Length < Room)
            throw new ArgumentException($"destination must have {Room} bytes, has {destination.Length}", nameof(destination));
        // All columns are as long as this one.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_opens.Length, nameof(index));
        var prices = Vector256.Create(At(_opens, index), At(_highs, index), At(_lows, index), At(_closes, index));
        var length = Avx2.IsSupported && _priceScale < ShortDecimal.MaxScale && Vector256.LessThanAll(prices.AsUInt64(), Vector256.Create((ulong)ShortDecimal.Limit))
            ? WriteShort(ShortDecimal.Spread(prices.AsUInt64()), ref MemoryMarshal.GetReference(destination))
            : WriteEach(prices, destination);
        var volume = At(_volumes, index);
        if ((ulong)volume >= ShortDecimal.Limit || _volumeScale >= ShortDecimal.MaxScale)
            return length + WriteVolume(volume, destination[length..]);
        ref var to = ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), length);
        var label = _labels.Volume.Put(ref to);
        return length + label + ShortDecimal.Put(ShortDecimal.Spread((uint)volume), _volumeScale, ref Unsafe.Add(ref to, label));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long At(ReadOnlySpan<long> column, int index) => Unsafe.Add(ref MemoryMarshal.GetReference(column), index);

    // The room was checked: each label moves 16 bytes and each number at most 17, and both go on by less.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int WriteShort(Vector256<ulong> digits, ref byte to)
    {
        var (labels, scale) = (_labels, _priceScale);
        var length = labels.Open.Put(ref to);
        length += ShortDecimal.Put(digits[0], scale, ref Unsafe.Add(ref to, length));
        length += labels.High.Put(ref Unsafe.Add(ref to, length));
        length += ShortDecimal.Put(digits[1], scale, ref Unsafe.Add(ref to, length));
        length += labels.Low.Put(ref Unsafe.Add(ref to, length));
        length += ShortDecimal.Put(digits[2], scale, ref Unsafe.Add(ref to, length));
        length += labels.Close.Put(ref Unsafe.Add(ref to, length));
        return length + ShortDecimal.Put(digits[3], scale, ref Unsafe.Add(ref to, length));
    }

    private int WriteEach(Vector256<long> prices, Span<byte> destination)
    {
        var length = WriteOne(_labels.Open, prices[0], destination);
        length += WriteOne(_labels.High, prices[1], destination[length..]);
        length += WriteOne(_labels.Low, prices[2], destination[length..]);
        return length + WriteOne(_labels.Close, prices[3], destination[length..]);
    }

    private int WriteOne(in BarLabel label, long price, Span<byte> destination)
    {
        var length = label.Put(ref MemoryMarshal.GetReference(destination));
        return length + Utf8Decimal.Format(price, _priceScale, destination[length..]);
    }

    private int WriteVolume(long volume, Span<byte> destination)
    {
        ref var to = ref MemoryMarshal.GetReference(destination);
        var length = _labels.Volume.Put(ref to);
        return length + (volume == BarBlock.Missing
            ? _labels.Missing.Put(ref Unsafe.Add(ref to, length))
            : Utf8Decimal.Format(volume, _volumeScale, destination[length..]));
    }
}

/// <summary>What stands before the numbers of a bar in a row of text; each at most <see cref="MaxLength"/> bytes.</summary>
public sealed class BarLabels
{
    internal readonly BarLabel Open, High, Low, Close, Volume, Missing;

    /// <summary>The most bytes of a label: one move writes it.</summary>
    public const int MaxLength = 16;

    /// <summary>Makes labels.</summary>
    /// <param name="open">Before the opening price.</param>
    /// <param name="high">Before the highest price.</param>
    /// <param name="low">Before the lowest price.</param>
    /// <param name="close">Before the closing price.</param>
    /// <param name="volume">Before the volume.</param>
    /// <param name="missing">Instead of a volume that is not known.</param>
    /// <exception cref="ArgumentException">A label is too long.</exception>
    public BarLabels(ReadOnlySpan<byte> open, ReadOnlySpan<byte> high, ReadOnlySpan<byte> low, ReadOnlySpan<byte> close, ReadOnlySpan<byte> volume, ReadOnlySpan<byte> missing)
    {
        (Open, High, Low) = (new BarLabel(open), new BarLabel(high), new BarLabel(low));
        (Close, Volume, Missing) = (new BarLabel(close), new BarLabel(volume), new BarLabel(missing));
    }
}

/// <summary>A text of at most sixteen bytes.</summary>
internal readonly struct BarLabel
{
    private readonly Vector128<byte> _text;
    private readonly int _length;

    public BarLabel(ReadOnlySpan<byte> text)
    {
        if (text.Length > BarLabels.MaxLength)
            throw new ArgumentException($"a label has at most {BarLabels.MaxLength} bytes, has {text.Length}", nameof(text));
        Span<byte> padded = stackalloc byte[BarLabels.MaxLength];
        padded.Clear();
        text.CopyTo(padded);
        (_text, _length) = (Vector128.Create<byte>(padded), text.Length);
    }

    /// <summary>Writes it, and sixteen bytes in all; returns its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Put(ref byte destination)
    {
        _text.StoreUnsafe(ref destination);
        return _length;
    }
}
