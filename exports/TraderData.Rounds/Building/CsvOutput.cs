using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>
/// A split as CSV: a header line and one for each row, LF, never quoted. Decimals have all their digits, doubles the shortest that give them back, what there is
/// none of is empty.
/// </summary>
internal sealed class CsvOutput : RowOutput
{
    // More than any row: three names, a time, five decimals, and 33 numbers of 24 bytes at most.
    private const int MaxRowBytes = 2_048;
    private const int BufferBytes = 256 << 10;

    private readonly bool _hasLabels;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _filled;
    private Series? _series;
    private byte[] _key = [];

    public CsvOutput(string name, string type, IReadOnlyList<RoundColumn> columns, Stream destination, bool hasLabels)
        : base(name, type, columns, destination)
    {
        _hasLabels = hasLabels;
        Output.Write(Encoding.UTF8.GetBytes(string.Join(',', columns.Select(c => c.Name)) + "\n"));
    }

    protected override void Write(SeriesRows rows, int start, int count, string? split)
    {
        if (rows.Series != _series)
        {
            _series = rows.Series;
            _key = Encoding.UTF8.GetBytes($"{_series.Source},{_series.Symbol},{_series.Timeframe},");
        }

        for (var row = start; row < start + count; row++)
        {
            if (_buffer.Length - _filled < MaxRowBytes)
                Flush();
            _filled += Render(rows, row, _buffer.AsSpan(_filled));
        }
    }

    protected override void End() => Flush();

    private int Render(SeriesRows rows, int row, Span<byte> line)
    {
        _key.CopyTo(line);
        var at = _key.Length;
        rows.Times[row].TryFormat(line[at..], out var written, default, CultureInfo.InvariantCulture);
        at += written;
        for (var i = 0; i < rows.Bars.Length; i++)
        {
            line[at++] = (byte)',';
            var (value, scale) = (rows.Bars[i][row], i < 4 ? rows.PriceScale : rows.VolumeScale);
            at += value == BarBlock.Missing ? 0 : Utf8Decimal.Format(value, scale, line[at..]);
        }

        foreach (var column in rows.Features)
            at += Render(column[row], line[at..]);
        if (_hasLabels)
        {
            foreach (var column in rows.Labels)
                at += Render(column[row], line[at..]);
        }

        line[at++] = (byte)'\n';
        return at;
    }

    private static int Render(double value, Span<byte> target)
    {
        target[0] = (byte)',';
        if (double.IsNaN(value))
            return 1;
        value.TryFormat(target[1..], out var written, default, CultureInfo.InvariantCulture);
        return written + 1;
    }

    private void Flush()
    {
        Output.Write(_buffer.AsSpan(0, _filled));
        _filled = 0;
    }
}
