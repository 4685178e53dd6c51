namespace TraderData.Simulator;

/// <summary>
/// The price of an instrument at every minute, as a pure function: fractal value noise in the logarithm, the amplitude of an octave growing with
/// the root of its length as in a random walk. Whole numbers only, so that every machine gives the same. Keeps the last lattice points, so one
/// object belongs to one thread, and walking minute by minute is cheap.
/// </summary>
internal sealed class PricePath(SimInstrument instrument, ulong key)
{
    // Octaves below this are looked up by the minute; the longer ones are straight lines across a block of 2^8 minutes and are summed once.
    private const int FineOctaves = 8;

    // The longest octave lasts 2^21 minutes, about four years.
    private const int Octaves = 22;

    // 2^x on [0, 1) in 32-bit fixed point by its Taylor series; the last term makes 2^1 exactly 2, so that there is no step.
    private const ulong C1 = 2_977_044_472;
    private const ulong C2 = 1_031_764_991;
    private const ulong C3 = 238_388_332;
    private const ulong C4 = 41_309_550;
    private const ulong C5 = (1UL << 32) - C1 - C2 - C3 - C4;

    private readonly long[] _cells = NoCells();
    private readonly long[] _lefts = new long[FineOctaves];
    private readonly long[] _rights = new long[FineOctaves];
    private readonly long[] _amplitudes = Amplitudes(instrument.Volatility);
    private long _block = long.MinValue;
    private long _blockLeft;
    private long _blockRight;
    private long _lastMinute = long.MinValue;
    private long _lastTicks;

    /// <summary>The price at the start of a minute, in ticks, on the instrument's granule, above 0.</summary>
    public long TicksAt(long minute)
    {
        if (minute != _lastMinute)
        {
            var ticks = Scale(instrument.BaseTicks, LogAt(minute));
            _lastTicks = Math.Max(ticks - (ticks % instrument.Granule), instrument.Granule);
            _lastMinute = minute;
        }

        return _lastTicks;
    }

    private long LogAt(long minute)
    {
        var block = minute >> FineOctaves;
        if (block != _block)
        {
            _blockLeft = block == _block + 1 ? _blockRight : CoarseAt(block);
            _blockRight = CoarseAt(block + 1);
            _block = block;
        }

        var log = _blockLeft + (((_blockRight - _blockLeft) * (minute & ((1 << FineOctaves) - 1))) >> FineOctaves);
        for (var octave = 0; octave < FineOctaves; octave++)
        {
            var cell = minute >> octave;
            if (cell != _cells[octave])
            {
                _lefts[octave] = cell == _cells[octave] + 1 ? _rights[octave] : Lattice(octave, cell);
                _rights[octave] = Lattice(octave, cell + 1);
                _cells[octave] = cell;
            }

            log += _lefts[octave] + (((_rights[octave] - _lefts[octave]) * (minute & ((1L << octave) - 1))) >> octave);
        }

        return log;
    }

    private long CoarseAt(long block)
    {
        long sum = 0;
        for (var octave = FineOctaves; octave < Octaves; octave++)
        {
            var shift = octave - FineOctaves;
            var (cell, offset) = (block >> shift, block & ((1L << shift) - 1));
            var (left, right) = (Lattice(octave, cell), Lattice(octave, cell + 1));
            sum += left + (((right - left) * offset) >> shift);
        }

        return sum;
    }

    private long Lattice(int octave, long cell)
    {
        var hash = Noise.At(key + ((ulong)octave << 56), cell);
        return (((long)(hash >> 40) - (1L << 23)) * _amplitudes[octave]) >> 23;
    }

    private static long Scale(long ticks, long log)
    {
        var f = (ulong)log & 0xFFFF_FFFF;
        var series = C1 + ((f * (C2 + ((f * (C3 + ((f * (C4 + ((f * C5) >> 32))) >> 32))) >> 32))) >> 32);
        var power = (1UL << 32) + ((f * series) >> 32);
        return (long)(((ulong)ticks * power) >> (int)(32 - (log >> 32)));
    }

    private static long[] Amplitudes(int volatility)
    {
        // Millionths of an octave of price, in 32-bit fixed point; 92,682 is the root of two in 16.
        var first = ((long)volatility << 32) / 1_000_000;
        var amplitudes = new long[Octaves];
        for (var octave = 0; octave < Octaves; octave++)
            amplitudes[octave] = (first * ((octave % 2 == 0 ? 65_536L : 92_682L) << (octave / 2))) >> 16;
        return amplitudes;
    }

    private static long[] NoCells()
    {
        var cells = new long[FineOctaves];
        Array.Fill(cells, long.MinValue);
        return cells;
    }
}
