using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// Reads JSON in the one form in which servers print rows of numbers: no white space, no escapes, whole numbers bare, decimals of at most sixteen
/// characters in quotes. It takes nothing that <see cref="WireRowReader"/> would not take as well and as the same value; whatever else it meets, it
/// steps aside, and the answer is read again by that, which knows all of JSON and says what is wrong.
/// </summary>
internal ref struct PlainJson
{
    private const int MaxDecimalLength = 16;
    private const int MaxIntegerLength = 18;

    private readonly ReadOnlySpan<byte> _utf8;

    /// <summary>Stands before the first byte.</summary>
    public PlainJson(ReadOnlySpan<byte> utf8) => _utf8 = utf8;

    /// <summary>Where the next byte is.</summary>
    public int Position { get; private set; }

    /// <summary>True behind the last byte.</summary>
    public readonly bool AtEnd => Position == _utf8.Length;

    /// <summary>Passes a byte, if it is the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPass(byte expected)
    {
        if (Position >= _utf8.Length || _utf8[Position] != expected)
            return false;
        Position++;
        return true;
    }

    /// <summary>Reads digits up to a comma, and passes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadInteger(out long value)
    {
        value = 0;
        var start = Position;
        var i = start;
        for (; i < _utf8.Length; i++)
        {
            var digit = (uint)(_utf8[i] - '0');
            if (digit > 9)
                break;
            value = (value * 10) + digit;
        }

        var length = i - start;
        if ((uint)(length - 1) >= MaxIntegerLength || (_utf8[start] == '0' && length > 1) || i == _utf8.Length || _utf8[i] != ',')
            return false;
        Position = i + 1;
        return true;
    }

    /// <summary>Reads a decimal in quotes up to a comma, and passes both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadDecimal(out ScaledDecimal value)
    {
        var start = Position + 1;
        var end = start + QuoteAt(start);
        if (end < start || end - start > MaxDecimalLength || _utf8[Position] != '"' || end + 1 >= _utf8.Length || _utf8[end + 1] != ',')
        {
            value = default;
            return false;
        }

        Position = end + 2;
        return Utf8Decimal.Parse(_utf8[start..end], out value) == DecimalParse.Ok;
    }

    /// <summary>Passes a string of digits and points and what stands behind it: <paramref name="behind"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPassNumber(byte behind)
    {
        var start = Position + 1;
        var end = start + QuoteAt(start);
        if (end < start || _utf8[Position] != '"' || end + 1 >= _utf8.Length || _utf8[end + 1] != behind)
            return false;
        Position = end + 2;
        return true;
    }

    /// <summary>How many digits, points and slashes stand before the quote behind a place; -1 when anything else does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int QuoteAt(int start)
    {
        if (Vector256.IsHardwareAccelerated && start <= _utf8.Length - Vector256<byte>.Count)
        {
            var text = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(_utf8), (nuint)start);
            var others = Vector256.GreaterThan(text - Vector256.Create((byte)'.'), Vector256.Create((byte)('9' - '.'))).ExtractMostSignificantBits();
            var at = BitOperations.TrailingZeroCount(others);
            return at < Vector256<byte>.Count && _utf8[start + at] == '"' ? at : -1;
        }

        var i = start;
        while (i < _utf8.Length && _utf8[i] is >= (byte)'.' and <= (byte)'9')
            i++;
        return i < _utf8.Length && _utf8[i] == '"' ? i - start : -1;
    }
}
