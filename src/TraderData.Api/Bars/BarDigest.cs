using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>
/// A number that follows from bars as they read, however blocks are cut and whatever scales they have, in a few nanoseconds a bar: what an ETag is
/// made of before anything is written. Each column is a polynomial in a fixed random point modulo 2^61 − 1 (Carter and Wegman, "Universal classes
/// of hash functions"), so that a block's scale is one multiplication and two different pages of 50,000 bars meet with a chance of about 2^-43.
/// </summary>
internal struct BarDigest
{
    private const ulong Prime = (1UL << 61) - 1;

    // Any number below the prime; of another the tags of all answers are others.
    private const ulong Point = 0x1A3F_59C7_D84E_621B;

    private ulong _times;
    private ulong _opens;
    private ulong _highs;
    private ulong _lows;
    private ulong _closes;
    private ulong _volumes;
    private ulong _vwaps;
    private ulong _trades;
    private ulong _rest;

    /// <summary>Takes something beside the bars that the answer depends on.</summary>
    public void Add(long value) => _rest = Next(_rest, value);

    /// <summary>Takes text that the answer depends on.</summary>
    public void Add(string text)
    {
        Add(text.Length);
        foreach (var c in text)
            Add(c);
    }

    /// <summary>Takes the next block.</summary>
    /// <param name="block">The bars.</param>
    /// <param name="newestFirst">The order in which the answer gives them.</param>
    /// <param name="withVwapAndTrades">Whether the answer shows these columns.</param>
    public void Add(BarBlock block, bool newestFirst, bool withVwapAndTrades)
    {
        var shift = Power(block.Count);
        AddBars(block, newestFirst, shift);
        if (!withVwapAndTrades)
            return;
        _vwaps = Append(_vwaps, shift, OfColumn(block.Vwaps, newestFirst), block.VwapScale);
        _trades = Append(_trades, shift, OfColumn(block.Trades, newestFirst), 0);
    }

    /// <summary>The digest, as 16 hexadecimal digits.</summary>
    public readonly string Text()
    {
        var all = _rest;
        foreach (var part in (ReadOnlySpan<ulong>)[_times, _opens, _highs, _lows, _closes, _volumes, _vwaps, _trades])
            all = Next(all, (long)(part % Prime));
        return (all % Prime).ToString("x16", CultureInfo.InvariantCulture);
    }

    private void AddBars(BarBlock block, bool newestFirst, ulong shift)
    {
        var times = block.Times;
        var opens = block.Opens;
        var highs = block.Highs;
        var lows = block.Lows;
        var closes = block.Closes;
        var volumes = block.Volumes;
        var (t, o, h, l, c, v) = (0UL, 0UL, 0UL, 0UL, 0UL, 0UL);
        var (first, step) = newestFirst ? (times.Length - 1, -1) : (0, 1);

        // Six chains side by side, each of which waits for its own multiplication only.
        for (var i = first; (uint)i < (uint)times.Length; i += step)
        {
            var isKnown = volumes[i] != BarBlock.Missing;
            t = Next(t, (times[i] * 2) + (isKnown ? 1 : 0));
            o = Next(o, opens[i]);
            h = Next(h, highs[i]);
            l = Next(l, lows[i]);
            c = Next(c, closes[i]);
            v = Next(v, isKnown ? volumes[i] : 0);
        }

        _times = Append(_times, shift, t, ScaledDecimal.MaxScale);
        _opens = Append(_opens, shift, o, block.PriceScale);
        _highs = Append(_highs, shift, h, block.PriceScale);
        _lows = Append(_lows, shift, l, block.PriceScale);
        _closes = Append(_closes, shift, c, block.PriceScale);
        _volumes = Append(_volumes, shift, v, block.VolumeScale);
    }

    // An unknown value counts as −1, which no vwap and no number of trades is, before the scale is applied: a tag may change with the scale then.
    private static ulong OfColumn(ReadOnlySpan<long> column, bool newestFirst)
    {
        var digest = 0UL;
        var (first, step) = newestFirst ? (column.Length - 1, -1) : (0, 1);
        for (var i = first; (uint)i < (uint)column.Length; i += step)
            digest = Next(digest, column[i] == BarBlock.Missing ? -1 : column[i]);
        return digest;
    }

    private static ulong Append(ulong before, ulong shift, ulong column, int scale) =>
        Reduce(Multiply(before, shift) + Multiply(column, (ulong)PowersOfTen.At(ScaledDecimal.MaxScale - scale)));

    private static ulong Power(int exponent)
    {
        var (power, square) = (1UL, Point);
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                power = Multiply(power, square);
            square = Multiply(square, square);
        }

        return power;
    }

    // A value is within ±2^60: the prime makes it positive.
    private static ulong Next(ulong digest, long value) => Reduce(Multiply(digest, Point) + (ulong)(value + (((long)Prime) & (value >> 63))));

    private static ulong Multiply(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return Reduce((low & Prime) + ((high << 3) | (low >> 61)));
    }

    private static ulong Reduce(ulong value) => (value & Prime) + (value >> 61);
}
