using TraderData.Parquet;

namespace TraderData.Rounds;

/// <summary>What stands in a Parquet file beside the key of each row and its features.</summary>
[Flags]
internal enum ParquetContent
{
    /// <summary>The name of its split.</summary>
    Split = 1,

    /// <summary>Prices and volume.</summary>
    Bars = 2,

    /// <summary>Labels.</summary>
    Labels = 4,
}

/// <summary>Rows as Parquet. A row group holds rows of one series, <see cref="GroupRows"/> at most, however they come.</summary>
internal sealed class ParquetOutput : RowOutput
{
    /// <summary>The most rows of a row group: few enough that those of all files fit in some ten megabytes, and a page each.</summary>
    public const int GroupRows = 32 << 10;

    private readonly ParquetContent _content;
    private readonly ParquetWriter _writer;
    private readonly long[] _times = new long[GroupRows];
    private readonly long[][] _bars;
    private readonly double[][] _numbers;
    private readonly bool[] _isInteger;
    private readonly string?[] _texts = new string?[GroupRows];
    private readonly string?[] _splits = new string?[GroupRows];
    private readonly long[] _integers = new long[GroupRows];
    private SeriesRows? _source;
    private int _count;

    public ParquetOutput(string name, string type, IReadOnlyList<RoundColumn> columns, Stream destination, RoundLayout layout, ParquetContent content)
        : base(name, type, columns, destination)
    {
        _content = content;
        _writer = new ParquetWriter(Output, layout.SchemaOf(columns));
        _bars = Buffers<long>(content.HasFlag(ParquetContent.Bars) ? 5 : 0);
        _isInteger = [.. columns.Skip(4).Where(c => c.Type is "int32" or "double").Select(c => c.Type == "int32")];
        _numbers = Buffers<double>(_isInteger.Length);
    }

    public override void EndSeries() => WriteGroup();

    protected override void Write(SeriesRows rows, int start, int count, string? split)
    {
        _source = rows;
        while (count > 0)
        {
            var some = Math.Min(count, GroupRows - _count);
            Copy(rows, start, some, split);
            (start, count) = (start + some, count - some);
            if (_count == GroupRows)
                WriteGroup();
        }
    }

    protected override void End() => _writer.Finish();

    protected override void Dispose(bool disposing)
    {
        _writer.Dispose();
        base.Dispose(disposing);
    }

    private static T[][] Buffers<T>(int count) => [.. Enumerable.Range(0, count).Select(_ => new T[GroupRows])];

    private void Copy(SeriesRows rows, int start, int count, string? split)
    {
        Array.Copy(rows.Times, start, _times, _count, count);
        for (var i = 0; i < _bars.Length; i++)
            Array.Copy(rows.Bars[i], start, _bars[i], _count, count);
        for (var i = 0; i < _numbers.Length; i++)
            Array.Copy(i < rows.Features.Length ? rows.Features[i] : rows.Labels[i - rows.Features.Length], start, _numbers[i], _count, count);
        Array.Fill(_splits, split, _count, count);
        _count += count;
    }

    private void WriteGroup()
    {
        if (_count == 0)
            return;
        var series = _source!.Series;
        foreach (var text in (string[])[series.Source, series.Symbol, series.Timeframe.ToString()])
        {
            Array.Fill(_texts, text, 0, _count);
            _writer.WriteColumn(_texts.AsSpan(0, _count));
        }

        _writer.WriteColumn(_times.AsSpan(0, _count));
        if (_content.HasFlag(ParquetContent.Split))
            _writer.WriteColumn(_splits.AsSpan(0, _count));
        for (var i = 0; i < _bars.Length; i++)
            _writer.WriteColumn(_bars[i].AsSpan(0, _count), i < 4 ? _source.PriceScale : _source.VolumeScale);
        for (var i = 0; i < _numbers.Length; i++)
            WriteNumbers(_numbers[i].AsSpan(0, _count), _isInteger[i]);
        _count = 0;
    }

    private void WriteNumbers(ReadOnlySpan<double> values, bool isInteger)
    {
        if (!isInteger)
        {
            _writer.WriteColumn(values);
            return;
        }

        for (var i = 0; i < values.Length; i++)
            _integers[i] = double.IsNaN(values[i]) ? long.MinValue : (long)values[i];
        _writer.WriteColumn(_integers.AsSpan(0, values.Length));
    }
}
