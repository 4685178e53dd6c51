using System.Runtime.CompilerServices;

namespace TraderData.Core;

/// <summary>
/// Puts fine bars together to coarser ones, block by block as they pass: first open, highest high, lowest low, last close, sums of volume and
/// trades. A sum with an unknown part is unknown. There is no vwap: the mean of the parts is not exact.
/// </summary>
public sealed class BarResampler
{
    // The greatest volume with as many zeros behind it as a scale can take away.
    private static readonly Int128 MaxVolume = (Int128)ScaledDecimal.MaxMantissa * PowersOfTen.At(ScaledDecimal.MaxScale);

    private readonly Series _series;
    private readonly Timeframe _to;
    private readonly BucketRule? _completeOnly;
    private long _bucketMs = long.MinValue;
    private long _endMs = long.MinValue;
    private long _open;
    private long _high;
    private long _low;
    private long _close;
    private Int128 _volume;
    private long _trades;
    private bool _volumeKnown;
    private bool _tradesKnown;
    private int _priceScale;
    private int _volumeScale;
    private SlotCount _slots;

    /// <summary>Resamples a series to a coarser timeframe.</summary>
    /// <exception cref="ArgumentException">The series' timeframe does not divide <paramref name="to"/>.</exception>
    public BarResampler(Series series, Timeframe to)
        : this(series, to, completeOnly: null)
    {
    }

    /// <summary>Resamples a series to a coarser timeframe, and leaves out the coarse bars that lack fine ones by a rule; null for none.</summary>
    internal BarResampler(Series series, Timeframe to, BucketRule? completeOnly)
    {
        if (!series.Timeframe.Divides(to))
            throw new ArgumentException($"bars of {series.Timeframe} do not make bars of {to}");
        (_series, _to, _completeOnly) = (series, to, completeOnly);
    }

    /// <summary>Resamples an ascending stream of blocks.</summary>
    /// <exception cref="BadDataException">A sum does not fit in 18 digits.</exception>
    public static IAsyncEnumerable<BarBlock> ResampleAsync(
        Series series, Timeframe to, IAsyncEnumerable<BarBlock> blocks, CancellationToken cancellationToken = default) =>
        new BarResampler(series, to).ResampleAsync(blocks, cancellationToken);

    /// <summary>Takes the next fine block and gives the coarse bars that are now complete, as far as they can be.</summary>
    /// <exception cref="BadDataException">A sum does not fit in 18 digits.</exception>
    public BarBlock Push(BarBlock block)
    {
        BarBlockBuilder? done = null;
        var times = block.Times;
        for (var start = 0; start < times.Length;)
        {
            if (times[start] >= _endMs)
            {
                Emit(ref done, times.Length - start);
                Open(_to.Floor(times[start]), block, start);
            }

            var end = _series.Timeframe.IndexBehind(times, start, _endMs);
            Add(block, start, end);
            start = end;
        }

        return done?.Build() ?? BarBlock.Empty;
    }

    /// <summary>The last coarse bar, which no later block can complete; empty when there is none.</summary>
    public BarBlock Finish()
    {
        BarBlockBuilder? done = null;
        Emit(ref done, 1);
        (_bucketMs, _endMs) = (long.MinValue, long.MinValue);
        return done?.Build() ?? BarBlock.Empty;
    }

    /// <summary>Resamples an ascending stream of blocks.</summary>
    internal async IAsyncEnumerable<BarBlock> ResampleAsync(
        IAsyncEnumerable<BarBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (Push(block) is { Count: > 0 } full)
                yield return full;
        }

        if (Finish() is { Count: > 0 } last)
            yield return last;
    }

    private string Where => $"{_series} as {_to}";

    private void Open(long bucketMs, BarBlock block, int i)
    {
        (_bucketMs, _endMs) = (bucketMs, bucketMs + _to.DurationMs);
        (_priceScale, _volumeScale) = (block.PriceScale, block.VolumeScale);
        (_open, _high, _low) = (block.Opens[i], block.Highs[i], block.Lows[i]);
        (_volume, _trades, _volumeKnown, _tradesKnown, _slots) = (0, 0, true, true, default);
    }

    // Bars of one block, all in the open bucket.
    private void Add(BarBlock block, int start, int end)
    {
        if (block.PriceScale != _priceScale || block.VolumeScale != _volumeScale)
            TakeScales(block);
        long high = block.Highs[start], low = block.Lows[start];
        ReadOnlySpan<long> highs = block.Highs[start..end], lows = block.Lows[start..end];
        for (var i = 0; i < highs.Length && i < lows.Length; i++)
        {
            high = Math.Max(high, highs[i]);
            low = Math.Min(low, lows[i]);
        }

        _high = Math.Max(_high, Scaled(high, block.PriceScale, _priceScale));
        _low = Math.Min(_low, Scaled(low, block.PriceScale, _priceScale));
        _close = Scaled(block.Closes[end - 1], block.PriceScale, _priceScale);
        AddVolumes(block.Volumes[start..end], PowersOfTen.At(_volumeScale - block.VolumeScale));
        AddTrades(block.HasTrades ? block.Trades[start..end] : default);
        if (_completeOnly is not null)
            _slots.Add(block.Times[start..end], _series.Timeframe);
    }

    private void AddVolumes(ReadOnlySpan<long> volumes, long power)
    {
        // Nine mantissas of eighteen digits fit in a long; the sum of all is kept wider.
        const int fit = 9;
        for (; _volumeKnown && volumes.Length > 0; volumes = volumes[Math.Min(fit, volumes.Length)..])
        {
            long sum = 0;
            foreach (var volume in volumes[..Math.Min(fit, volumes.Length)])
            {
                _volumeKnown &= volume != BarBlock.Missing;
                sum = unchecked(sum + volume);
            }

            if (!_volumeKnown)
                return;
            _volume += (Int128)sum * power;

            // Behind this no number of zeros at the end makes the sum fit, and the next few bars might wrap it around.
            if (_volume > MaxVolume)
                throw TooLarge($"a sum of volumes above {MaxVolume} at scale {_volumeScale}");
        }
    }

    private void AddTrades(ReadOnlySpan<long> trades)
    {
        _tradesKnown &= !trades.IsEmpty;
        if (!_tradesKnown)
            return;
        foreach (var count in trades)
        {
            if (count == BarBlock.Missing)
            {
                _tradesKnown = false;
                return;
            }

            if (count > long.MaxValue - _trades)
                throw TooLarge($"a sum of trades of {(Int128)_trades + count}");
            _trades += count;
        }
    }

    // A bucket that began in a block of other scales goes on at the greater of both.
    private void TakeScales(BarBlock block)
    {
        var priceScale = Math.Max(_priceScale, block.PriceScale);
        (_open, _high, _low) = (Scaled(_open, _priceScale, priceScale), Scaled(_high, _priceScale, priceScale), Scaled(_low, _priceScale, priceScale));
        _close = Scaled(_close, _priceScale, priceScale);
        _priceScale = priceScale;
        if (block.VolumeScale > _volumeScale)
        {
            var power = PowersOfTen.At(block.VolumeScale - _volumeScale);
            if (_volume > MaxVolume / power)
                throw TooLarge($"a sum of volumes of {_volume} at scale {_volumeScale} beside one at scale {block.VolumeScale}");
            _volume *= power;
            _volumeScale = block.VolumeScale;
        }
    }

    private long Scaled(long mantissa, int fromScale, int toScale) =>
        fromScale == toScale ? mantissa
        : PowersOfTen.TryRescale(mantissa, fromScale, toScale, out var scaled) ? scaled
        : throw new BadDataException($"{Where} {TimeText.Iso(_bucketMs)}", $"price {new ScaledDecimal(mantissa, fromScale)}", $"{ScaledDecimal.MaxScale} digits with {toScale} behind the point");

    private void Emit(ref BarBlockBuilder? done, int fineLeft)
    {
        if (_bucketMs == long.MinValue || _completeOnly?.MissingIn(_bucketMs, _slots.Count) > 0)
            return;
        done ??= new BarBlockBuilder(Where, (int)Math.Min(fineLeft, (fineLeft * _series.Timeframe.DurationMs / _to.DurationMs) + 2));
        done.Add(new Bar(
            _bucketMs,
            new ScaledDecimal(_open, _priceScale).Normalize(),
            new ScaledDecimal(_high, _priceScale).Normalize(),
            new ScaledDecimal(_low, _priceScale).Normalize(),
            new ScaledDecimal(_close, _priceScale).Normalize(),
            _volumeKnown ? Volume() : null,
            Trades: _tradesKnown ? _trades : null));
    }

    private ScaledDecimal Volume()
    {
        var (volume, scale) = (_volume, _volumeScale);
        for (; scale > 0 && volume > ScaledDecimal.MaxMantissa && volume % 10 == 0; scale--)
            volume /= 10;
        return volume <= ScaledDecimal.MaxMantissa
            ? new ScaledDecimal((long)volume, scale).Normalize()
            : throw TooLarge($"a sum of volumes of {volume} at scale {scale}");
    }

    private BadDataException TooLarge(string sum) =>
        new($"{Where} {TimeText.Iso(_bucketMs)}", sum, $"at most {ScaledDecimal.MaxScale} digits");
}
