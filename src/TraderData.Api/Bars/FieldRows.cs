using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>
/// Writes rows of any fields as JSON or CSV. What is the same in all rows (names, the symbol, punctuation) is put together once; nothing is
/// allocated for a row. The default rows of JSON are <see cref="BarRows"/>'s.
/// </summary>
internal sealed class FieldRows : IBarRows
{
    private readonly Part[] _parts;
    private readonly byte[] _end;
    private readonly byte[] _unknown;
    private readonly bool _isoTime;
    private readonly string _isProvisional;
    private int _skipped;

    /// <summary>Makes a writer.</summary>
    /// <param name="format">JSON for the rows of a list, with the comma that parts them; NDJSON and CSV for lines.</param>
    /// <param name="fields">What stands in a row.</param>
    /// <param name="series">Whose bars they are.</param>
    /// <param name="isoTime">Times as ISO 8601; otherwise as Unix milliseconds.</param>
    /// <param name="isFirst">True when no row of the list stands before: its comma is left out.</param>
    /// <param name="isProvisional">What stands in the field that tells it.</param>
    public FieldRows(AnswerFormat format, IReadOnlyList<BarField> fields, Series series, bool isoTime, bool isFirst, bool isProvisional = false)
    {
        _isProvisional = isProvisional ? "true" : "false";
        _isoTime = isoTime;
        _unknown = format == AnswerFormat.Csv ? [] : [.. "null"u8];
        _skipped = format == AnswerFormat.Json && isFirst ? 1 : 0;
        var parts = new List<Part>(fields.Count);
        var text = new StringBuilder(format == AnswerFormat.Json ? ",{" : format == AnswerFormat.NdJson ? "{" : "");
        for (var i = 0; i < fields.Count; i++)
            AddField(parts, text, format, fields[i], series, i > 0 ? "," : "");
        _parts = [.. parts];
        _end = Encoding.UTF8.GetBytes(text.Append(format switch { AnswerFormat.Json => "}", AnswerFormat.NdJson => "}\n", _ => "\n" }).ToString());
        MaxRowBytes = _parts.Sum(p => p.Before.Length + Math.Max(TimeText.MaxIsoLength, Utf8Decimal.MaxLength)) + _end.Length;
    }

    /// <inheritdoc/>
    public int MaxRowBytes { get; }

    /// <summary>The line of CSV that names the fields.</summary>
    public static byte[] Header(IReadOnlyList<BarField> fields) => Encoding.UTF8.GetBytes(string.Join(',', fields.Select(f => f.Name)) + "\n");

    /// <inheritdoc/>
    public int Write(BarBlock block, int from, int step, int count, Span<byte> destination, out int bytes)
    {
        var columns = new Columns(block);
        var (length, rows) = (0, 0);
        for (var i = from; rows < count && destination.Length - length >= MaxRowBytes; i += step, rows++)
            length += WriteRow(columns, i, destination[length..]);
        bytes = length;
        return rows;
    }

    private void AddField(List<Part> parts, StringBuilder text, AnswerFormat format, BarField field, Series series, string comma)
    {
        var isJson = format != AnswerFormat.Csv;
        text.Append(comma);
        if (isJson)
            text.Append('"').Append(field.Name).Append("\":");
        var constant = field.Column switch
        {
            BarColumn.Symbol => series.Symbol,
            BarColumn.Timeframe => series.Timeframe.ToString(),
            BarColumn.Source => series.Source,
            BarColumn.Provisional => _isProvisional,
            _ => null,
        };

        // Of symbols nothing needs an escape in JSON, and nothing needs quotes in CSV.
        var quote = isJson && ((constant is not null && field.Column != BarColumn.Provisional) || (field.Column == BarColumn.Time && _isoTime)) ? "\"" : "";
        text.Append(quote).Append(constant);
        if (constant is null)
        {
            parts.Add(new Part(Encoding.UTF8.GetBytes(text.ToString()), field.Column));
            text.Clear();
        }

        text.Append(quote);
    }

    private int WriteRow(in Columns columns, int i, Span<byte> to)
    {
        var length = 0;
        foreach (var part in _parts)
        {
            part.Before.CopyTo(to[length..]);
            length += part.Before.Length;
            length += WriteValue(columns, part.Column, i, to[length..]);
        }

        _end.CopyTo(to[length..]);
        length += _end.Length;
        if (_skipped > 0)
        {
            to[1..length].CopyTo(to);
            length -= _skipped;
            _skipped = 0;
        }

        return length;
    }

    private int WriteValue(in Columns columns, BarColumn column, int i, Span<byte> to) => column switch
    {
        BarColumn.Open => Utf8Decimal.Format(columns.Opens[i], columns.PriceScale, to),
        BarColumn.High => Utf8Decimal.Format(columns.Highs[i], columns.PriceScale, to),
        BarColumn.Low => Utf8Decimal.Format(columns.Lows[i], columns.PriceScale, to),
        BarColumn.Close => Utf8Decimal.Format(columns.Closes[i], columns.PriceScale, to),
        BarColumn.Volume => WriteKnown(columns.Volumes, i, columns.VolumeScale, to),
        BarColumn.Vwap => WriteKnown(columns.Vwaps, i, columns.VwapScale, to),
        BarColumn.Trades => WriteKnown(columns.Trades, i, 0, to),
        _ => WriteTime(columns.Times[i], to),
    };

    private int WriteKnown(ReadOnlySpan<long> column, int i, int scale, Span<byte> to)
    {
        if (!column.IsEmpty && column[i] != BarBlock.Missing)
            return Utf8Decimal.Format(column[i], scale, to);
        _unknown.CopyTo(to);
        return _unknown.Length;
    }

    private int WriteTime(long timeMs, Span<byte> to)
    {
        if (_isoTime)
            return TimeText.WriteIso(timeMs, to);
        _ = timeMs.TryFormat(to, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        return length;
    }

    /// <summary>What stands before a value, up to the value before it, and the value.</summary>
    private readonly record struct Part(byte[] Before, BarColumn Column);

    private readonly ref struct Columns(BarBlock block)
    {
        public readonly ReadOnlySpan<long> Times = block.Times;
        public readonly ReadOnlySpan<long> Opens = block.Opens;
        public readonly ReadOnlySpan<long> Highs = block.Highs;
        public readonly ReadOnlySpan<long> Lows = block.Lows;
        public readonly ReadOnlySpan<long> Closes = block.Closes;
        public readonly ReadOnlySpan<long> Volumes = block.Volumes;
        public readonly ReadOnlySpan<long> Vwaps = block.Vwaps;
        public readonly ReadOnlySpan<long> Trades = block.Trades;
        public readonly int PriceScale = block.PriceScale;
        public readonly int VolumeScale = block.VolumeScale;
        public readonly int VwapScale = block.VwapScale;
    }
}
