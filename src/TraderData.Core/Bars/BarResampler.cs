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
    private long _bucketMs = long.MinValue;
    private long _open;
    private long _high;
    private long _low;
    private long _close;
    private Int128 _volume;
    private Int128 _trades;
    private bool _volumeKnown;
    private bool _tradesKnown;
    private int _priceScale;
    private int _volumeScale;

    /// <summary>Resamples a series to a coarser timeframe.</summary>
    /// <exception cref="ArgumentException">The series' timeframe does not divide <paramref name="to"/>.</exception>
    public BarResampler(Series series, Timeframe to)
    {
        if (!series.Timeframe.Divides(to))
            throw new ArgumentException($"bars of {series.Timeframe} do not make bars of {to}");
        (_series, _to) = (series, to);
    }

    /// <summary>Resamples an ascending stream of blocks.</summary>
    /// <exception cref="BadDataException">A sum does not fit in 18 digits.</exception>
    public static async IAsyncEnumerable<BarBlock> ResampleAsync(
        Series series, Timeframe to, IAsyncEnumerable<BarBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var resampler = new BarResampler(series, to);
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (resampler.Push(block) is { Count: > 0 } full)
                yield return full;
        }

        if (resampler.Finish() is { Count: > 0 } last)
            yield return last;
    }

    /// <summary>Takes the next fine block and gives the coarse bars that are now complete, as far as they can be.</summary>
    /// <exception cref="BadDataException">A sum does not fit in 18 digits.</exception>
    public BarBlock Push(BarBlock block)
    {
        var done = new BarBlockBuilder(Where, (int)Math.Min(block.Count, (block.Count * _series.Timeframe.DurationMs / _to.DurationMs) + 2));
        for (var i = 0; i < block.Count; i++)
        {
            var bucketMs = _to.Floor(block.Times[i]);
            if (bucketMs != _bucketMs)
            {
                Emit(done);
                Open(bucketMs, block, i);
            }

            Add(block, i);
        }

        return done.Build();
    }

    /// <summary>The last coarse bar, which no later block can complete; empty when there is none.</summary>
    public BarBlock Finish()
    {
        var done = new BarBlockBuilder(Where, 1);
        Emit(done);
        _bucketMs = long.MinValue;
        return done.Build();
    }

    private string Where => $"{_series} as {_to}";

    private void Open(long bucketMs, BarBlock block, int i)
    {
        _bucketMs = bucketMs;
        (_priceScale, _volumeScale) = (block.PriceScale, block.VolumeScale);
        (_open, _high, _low) = (block.Opens[i], block.Highs[i], block.Lows[i]);
        (_volume, _trades, _volumeKnown, _tradesKnown) = (0, 0, true, true);
    }

    private void Add(BarBlock block, int i)
    {
        if (block.PriceScale != _priceScale || block.VolumeScale != _volumeScale)
            TakeScales(block);
        _high = Math.Max(_high, Scaled(block.Highs[i], block.PriceScale, _priceScale));
        _low = Math.Min(_low, Scaled(block.Lows[i], block.PriceScale, _priceScale));
        _close = Scaled(block.Closes[i], block.PriceScale, _priceScale);
        AddAmounts(block, i);
    }

    private void AddAmounts(BarBlock block, int i)
    {
        if (block.Volumes[i] == BarBlock.Missing)
            _volumeKnown = false;
        else
            _volume += (Int128)block.Volumes[i] * PowersOfTen.At(_volumeScale - block.VolumeScale);
        if (!block.HasTrades || block.Trades[i] == BarBlock.Missing)
            _tradesKnown = false;
        else
            _trades += block.Trades[i];

        // Behind these no number of zeros at the end makes the sum fit, and the next few bars might wrap it around.
        if (_volume > MaxVolume || _trades > long.MaxValue)
            throw TooLarge(_volume > MaxVolume ? $"a sum of volumes above {MaxVolume} at scale {_volumeScale}" : $"a sum of trades of {_trades}");
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

    private void Emit(BarBlockBuilder done)
    {
        if (_bucketMs == long.MinValue)
            return;
        done.Add(new Bar(
            _bucketMs,
            new ScaledDecimal(_open, _priceScale).Normalize(),
            new ScaledDecimal(_high, _priceScale).Normalize(),
            new ScaledDecimal(_low, _priceScale).Normalize(),
            new ScaledDecimal(_close, _priceScale).Normalize(),
            _volumeKnown ? Volume() : null,
            Trades: _tradesKnown ? (long)_trades : null));
    }

    private ScaledDecimal Volume()
    {
        var (volume, scale) = (_volume, _volumeScale);
        for (; scale > 0 && volume % 10 == 0; scale--)
            volume /= 10;
        return volume <= ScaledDecimal.MaxMantissa
            ? new ScaledDecimal((long)volume, scale)
            : throw TooLarge($"a sum of volumes of {volume} at scale {scale}");
    }

    private BadDataException TooLarge(string sum) =>
        new($"{Where} {TimeText.Iso(_bucketMs)}", sum, $"at most {ScaledDecimal.MaxScale} digits");
}
