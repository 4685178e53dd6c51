namespace TraderData.Core;

/// <summary>Collects bars into columns. The scale of a column grows with the values, so that it stays the least that holds them all.</summary>
public sealed class BarBlockBuilder
{
    private readonly string _where;
    private readonly int _capacity;
    private long[] _times;
    private long[] _opens;
    private long[] _highs;
    private long[] _lows;
    private long[] _closes;
    private long[] _volumes;
    private long[]? _vwaps;
    private long[]? _trades;
    private int _priceScale;
    private int _volumeScale;
    private int _vwapScale;

    /// <summary>Makes an empty builder.</summary>
    /// <param name="where">What the bars belong to, for messages: <c>binance:BTCUSDT:1h</c>.</param>
    /// <param name="capacity">How many bars are likely to come.</param>
    public BarBlockBuilder(string where, int capacity = 1_024)
    {
        _where = where;
        _capacity = Math.Max(capacity, 16);
        _times = new long[_capacity];
        (_opens, _highs, _lows, _closes, _volumes) = (new long[_capacity], new long[_capacity], new long[_capacity], new long[_capacity], new long[_capacity]);
    }

    /// <summary>How many bars were added.</summary>
    public int Count { get; private set; }

    /// <summary>Opening time of the last bar added; null when there is none.</summary>
    public long? LastMs => Count == 0 ? null : _times[Count - 1];

    /// <summary>Adds a bar behind the others.</summary>
    /// <exception cref="BadDataException">Its time is not behind the last one, or a value does not fit in 18 digits beside the values already there.</exception>
    public void Add(in Bar bar)
    {
        if (Count > 0 && bar.TimeMs <= _times[Count - 1])
            throw new BadDataException(_where, $"time {TimeText.Iso(bar.TimeMs)} after {TimeText.Iso(_times[Count - 1])}", "strictly rising times");
        if (Count == _times.Length)
            Grow();

        var priceScale = Math.Max(Math.Max(bar.Open.Scale, bar.High.Scale), Math.Max(bar.Low.Scale, bar.Close.Scale));
        try
        {
            if (priceScale > _priceScale)
                RaisePriceScale(priceScale);
            var i = Count;
            _opens[i] = At(bar.Open, _priceScale);
            _highs[i] = At(bar.High, _priceScale);
            _lows[i] = At(bar.Low, _priceScale);
            _closes[i] = At(bar.Close, _priceScale);
            _volumes[i] = bar.Volume is { } volume ? Place(_volumes, ref _volumeScale, volume) : BarBlock.Missing;
            AddOptional(bar);
            _times[i] = bar.TimeMs;
            Count = i + 1;
        }
        catch (OverflowException e)
        {
            throw new BadDataException($"{_where} {TimeText.Iso(bar.TimeMs)}", e.Message, $"values of a column that fit together in {ScaledDecimal.MaxScale} digits", inner: e);
        }
    }

    /// <summary>The block of all bars added; the builder is empty afterwards and can be used again.</summary>
    public BarBlock Build()
    {
        if (Count == 0)
            return BarBlock.Empty;
        var block = BarBlock.Own(new BarColumns(Take(_times), Take(_opens), Take(_highs), Take(_lows), Take(_closes), Take(_volumes))
        {
            PriceScale = _priceScale,
            VolumeScale = _volumeScale,
            VwapScale = _vwapScale,
            Vwaps = _vwaps is null ? null : Take(_vwaps),
            Trades = _trades is null ? null : Take(_trades),
        });
        (_times, _opens, _highs, _lows, _closes, _volumes) = ([], [], [], [], [], []);
        (_vwaps, _trades) = (null, null);
        (_priceScale, _volumeScale, _vwapScale, Count) = (0, 0, 0, 0);
        return block;
    }

    private static long At(ScaledDecimal value, int scale) => value.Scale == scale ? value.Mantissa
        : value.TryRescale(scale, out var mantissa) ? mantissa
        : throw new OverflowException($"{value} does not fit with {scale} digits behind the point and {ScaledDecimal.MaxScale} in all");

    private long[] Take(long[] column) => column.Length == Count ? column : column.AsSpan(0, Count).ToArray();

    private long Place(long[] column, ref int columnScale, ScaledDecimal value)
    {
        if (value.Scale > columnScale)
        {
            DecimalColumn.RescaleInPlace(column.AsSpan(0, Count), columnScale, value.Scale);
            columnScale = value.Scale;
        }

        return At(value, columnScale);
    }

    private void AddOptional(in Bar bar)
    {
        if (bar.Vwap is not null)
            _vwaps ??= NewOptional();
        if (_vwaps is not null)
            _vwaps[Count] = bar.Vwap is { } vwap ? Place(_vwaps, ref _vwapScale, vwap) : BarBlock.Missing;
        if (bar.Trades is not null)
            _trades ??= NewOptional();
        if (_trades is not null)
            _trades[Count] = bar.Trades ?? BarBlock.Missing;
    }

    private long[] NewOptional()
    {
        var column = new long[_times.Length];
        column.AsSpan(0, Count).Fill(BarBlock.Missing);
        return column;
    }

    private void RaisePriceScale(int scale)
    {
        foreach (var column in (ReadOnlySpan<long[]>)[_opens, _highs, _lows, _closes])
            DecimalColumn.RescaleInPlace(column.AsSpan(0, Count), _priceScale, scale);
        _priceScale = scale;
    }

    private void Grow()
    {
        var size = Math.Max(_times.Length * 2, _capacity);
        Array.Resize(ref _times, size);
        Array.Resize(ref _opens, size);
        Array.Resize(ref _highs, size);
        Array.Resize(ref _lows, size);
        Array.Resize(ref _closes, size);
        Array.Resize(ref _volumes, size);
        if (_vwaps is not null)
            Array.Resize(ref _vwaps, size);
        if (_trades is not null)
            Array.Resize(ref _trades, size);
    }
}
