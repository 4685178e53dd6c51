using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Collects rows into the columns of a block. A column's scale grows with its values; a row that no common scale holds together with those before
/// it starts another block.
/// </summary>
/// <param name="capacity">The most rows that are held.</param>
/// <param name="withStamps">Collects too when each row was stored.</param>
internal sealed class BarColumnsBuffer(int capacity, bool withStamps)
{
    private const int Prices = 4;

    private readonly long[] _times = new long[capacity];
    private readonly long[] _trades = new long[capacity];
    private readonly long[] _stamps = withStamps ? new long[capacity] : [];

    // Open, high, low, close, volume, vwap.
    private readonly long[][] _decimals = [.. Enumerable.Range(0, Prices + 2).Select(_ => new long[capacity])];
    private int _priceScale;
    private int _volumeScale;
    private int _vwapScale;
    private bool _hasVwap;
    private bool _hasTrades;

    /// <summary>How many rows are held.</summary>
    public int Count { get; private set; }

    /// <summary>True when no row fits any more.</summary>
    public bool IsFull => Count == _times.Length;

    /// <summary>Adds a row.</summary>
    /// <returns>False when it does not go together with the rows held, which then stay as they are.</returns>
    public bool TryAdd(in BarRow row)
    {
        if (!TryRaise(row.PriceScale, 0, Prices, ref _priceScale)
            || !TryRaise(row.Volume.Scale, Prices, 1, ref _volumeScale)
            || !TryRaise(row.Vwap.Scale, Prices + 1, 1, ref _vwapScale))
        {
            return false;
        }

        if (!TryPut(row.Open, 0, _priceScale) || !TryPut(row.High, 1, _priceScale) || !TryPut(row.Low, 2, _priceScale) || !TryPut(row.Close, 3, _priceScale)
            || !TryPut(row.Volume, Prices, _volumeScale) || !TryPut(row.Vwap, Prices + 1, _vwapScale))
        {
            return false;
        }

        _times[Count] = row.TimeMs;
        _trades[Count] = row.Trades;
        if (withStamps)
            _stamps[Count] = row.RecordedMs;
        _hasVwap |= row.Vwap.Mantissa != BarBlock.Missing;
        _hasTrades |= row.Trades != BarBlock.Missing;
        Count++;
        return true;
    }

    /// <summary>The block of the rows held, and when each was stored (empty when that is not collected); the buffer is empty afterwards.</summary>
    /// <param name="descending">The rows came newest first.</param>
    public StoredBars Take(bool descending)
    {
        var block = BarBlock.Own(new BarColumns(
            Cut(_times, descending), Cut(_decimals[0], descending), Cut(_decimals[1], descending), Cut(_decimals[2], descending), Cut(_decimals[3], descending),
            Cut(_decimals[4], descending))
        {
            PriceScale = _priceScale,
            VolumeScale = _volumeScale,
            VwapScale = _vwapScale,
            Vwaps = _hasVwap ? Cut(_decimals[5], descending) : null,
            Trades = _hasTrades ? Cut(_trades, descending) : null,
        });
        var taken = new StoredBars(block, withStamps ? Cut(_stamps, descending) : ReadOnlyMemory<long>.Empty);
        (_priceScale, _volumeScale, _vwapScale, _hasVwap, _hasTrades, Count) = (0, 0, 0, false, false, 0);
        return taken;
    }

    private bool TryRaise(int scale, int firstColumn, int columns, ref int columnScale)
    {
        if (scale <= columnScale)
            return true;
        var factor = PowersOfTen.At(scale - columnScale);
        var greatest = ScaledDecimal.MaxMantissa / factor;
        for (var column = firstColumn; column < firstColumn + columns; column++)
        {
            foreach (var mantissa in _decimals[column].AsSpan(0, Count))
            {
                if (mantissa != BarBlock.Missing && (mantissa > greatest || mantissa < -greatest))
                    return false;
            }
        }

        for (var column = firstColumn; column < firstColumn + columns; column++)
        {
            foreach (ref var mantissa in _decimals[column].AsSpan(0, Count))
            {
                if (mantissa != BarBlock.Missing)
                    mantissa *= factor;
            }
        }

        columnScale = scale;
        return true;
    }

    private bool TryPut(BarRow.Value value, int column, int columnScale)
    {
        if (value.Mantissa == BarBlock.Missing || value.Scale == columnScale)
        {
            _decimals[column][Count] = value.Mantissa;
            return true;
        }

        return PowersOfTen.TryMultiply(value.Mantissa, columnScale - value.Scale, out _decimals[column][Count]);
    }

    private long[] Cut(long[] column, bool descending)
    {
        var cut = column.AsSpan(0, Count).ToArray();
        if (descending)
            cut.AsSpan().Reverse();
        return cut;
    }
}
