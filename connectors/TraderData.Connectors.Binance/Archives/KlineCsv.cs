using System.Buffers;
using System.Buffers.Text;
using System.Text;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>
/// Reads the CSV of an archive from a stream straight into columns: the twelve columns of <see cref="KlineParser"/>, bare numbers, with a header line or
/// none. Times are milliseconds, and microseconds from 2025 on: the size of the opening time tells. Of an opening time that comes twice the later row
/// counts when it closes later: the first was written before the bar was done. Nothing is allocated for a row.
/// </summary>
internal sealed class KlineCsv
{
    /// <summary>The longest line that is taken; rows of recorded files have 60 to 170 bytes.</summary>
    public const int MaxLineBytes = 500;

    private const int BufferBytes = 64 * 1024;

    // In milliseconds the year 5138, in microseconds 1973.
    private const long LeastMicros = 100_000_000_000_000;

    private readonly BarPageBuilder _page;
    private readonly Timeframe _timeframe;
    private readonly long _nowMs;

    // The last row, which the next one may still replace.
    private readonly byte[] _lastText = new byte[MaxLineBytes];
    private int _lastLength;
    private Bar _last;
    private long _lastCloseMs;
    private bool _isFirstLine = true;

    private KlineCsv(ArchiveFile file, long nowMs)
    {
        (_timeframe, _nowMs) = (file.Series.Timeframe, nowMs);
        _page = new BarPageBuilder(file.Series, _timeframe, file.Range, (int)_timeframe.CountIn(file.Range), file.Name);
    }

    private static ReadOnlySpan<byte> Header => "open_time,open,high,low,close,volume,close_time,"u8;

    private ReadOnlySpan<byte> LastText => _lastText.AsSpan(0, _lastLength);

    /// <summary>Parses a file.</summary>
    /// <param name="csv">Its text, UTF-8.</param>
    /// <param name="file">What it should hold.</param>
    /// <param name="nowMs">Binance's time: bars whose close time is before it are closed.</param>
    /// <exception cref="BadDataException">A row is not to be believed; nothing of the file is kept.</exception>
    public static KlinePage Parse(Stream csv, ArchiveFile file, long nowMs)
    {
        var parser = new KlineCsv(file, nowMs);
        parser.TakeLines(csv);
        parser.Flush();
        return new KlinePage(parser._page.Build(), parser._page.Rows, parser._page.LastRowMs, parser._page.FirstOpenMs);
    }

    private void TakeLines(Stream csv)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var held = 0;
            for (int read; (read = csv.Read(buffer, held, buffer.Length - held)) > 0;)
            {
                held += read;
                var taken = TakeWholeLines(buffer.AsSpan(0, held));
                held -= taken;
                buffer.AsSpan(taken, held).CopyTo(buffer);
                if (held > MaxLineBytes)
                    throw TooLong(buffer.AsSpan(0, held));
            }

            if (held > 0)
                TakeLine(buffer.AsSpan(0, held));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int TakeWholeLines(ReadOnlySpan<byte> text)
    {
        var taken = 0;
        for (int length; (length = text[taken..].IndexOf((byte)'\n')) >= 0; taken += length + 1)
            TakeLine(text.Slice(taken, length));
        return taken;
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        if (line.Length > MaxLineBytes)
            throw TooLong(line);
        var isHeader = _isFirstLine && line.StartsWith(Header);
        _isFirstLine = false;
        if (!isHeader)
            TakeRow(line);
    }

    private void TakeRow(ReadOnlySpan<byte> line)
    {
        var rest = line;
        var open = ReadInteger(ref rest, line, "open time");
        var bar = new Bar(
            ToMs(open, open, line, isOpen: true),
            ReadDecimal(ref rest, line, "open"),
            ReadDecimal(ref rest, line, "high"),
            ReadDecimal(ref rest, line, "low"),
            ReadDecimal(ref rest, line, "close"),
            ReadDecimal(ref rest, line, "volume"));
        var closeMs = ToMs(ReadInteger(ref rest, line, "close time"), open, line, isOpen: false);
        _ = NextField(ref rest);
        bar = bar with { Trades = ReadInteger(ref rest, line, "number of trades") };
        if (rest.Count((byte)',') != 2)
            throw Refuse($"{line.Count((byte)',') + 1} columns", "12 columns", line);
        if (closeMs < bar.TimeMs || closeMs - bar.TimeMs >= _timeframe.DurationMs)
        {
            throw Refuse(
                $"close time {TimeText.Iso(closeMs)} of the bar at {TimeText.Iso(bar.TimeMs)}", $"a close time within {_timeframe} of its opening", line);
        }

        Put(bar, closeMs, line);
    }

    private void Put(in Bar bar, long closeMs, ReadOnlySpan<byte> line)
    {
        if (_lastLength > 0 && bar.TimeMs == _last.TimeMs && closeMs > _lastCloseMs)
            _page.Skip();
        else
            Flush();
        (_last, _lastCloseMs, _lastLength) = (bar, closeMs, line.Length);
        line.CopyTo(_lastText);
    }

    private void Flush()
    {
        if (_lastLength > 0)
            _page.Add(_last, _lastCloseMs < _nowMs, LastText);
        _lastLength = 0;
    }

    private long ToMs(long time, long open, ReadOnlySpan<byte> line, bool isOpen)
    {
        if (open < LeastMicros)
            return time;
        var (ms, micros) = Math.DivRem(time, 1_000);
        return isOpen && micros != 0 ? throw Refuse($"time {time} in microseconds", $"a time on the {_timeframe} grid", line) : ms;
    }

    private long ReadInteger(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> line, string name)
    {
        var field = NextField(ref rest);
        return Utf8Parser.TryParse(field, out long value, out var length) && length == field.Length
            ? value
            : throw Refuse($"{name} '{Encoding.UTF8.GetString(field)}'", "a whole number of 64 bits", line);
    }

    private ScaledDecimal ReadDecimal(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> line, string name)
    {
        var field = NextField(ref rest);
        return Utf8Decimal.Parse(field, out var value) switch
        {
            DecimalParse.Ok => value,
            DecimalParse.TooManyDigits => throw Refuse($"{name} '{Encoding.UTF8.GetString(field)}'", $"at most {ScaledDecimal.MaxScale} digits", line),
            _ => throw Refuse($"{name} '{Encoding.UTF8.GetString(field)}'", "a decimal number", line),
        };
    }

    // Behind the last comma a line has one more field, and then empty ones, which no number is.
    private static ReadOnlySpan<byte> NextField(ref ReadOnlySpan<byte> rest)
    {
        var comma = rest.IndexOf((byte)',');
        var field = comma < 0 ? rest : rest[..comma];
        rest = comma < 0 ? [] : rest[(comma + 1)..];
        return field;
    }

    private BadDataException TooLong(ReadOnlySpan<byte> line) => Refuse("a line that is too long", $"at most {MaxLineBytes} bytes", line);

    // The row before it comes first, and may be refused itself.
    private BadDataException Refuse(string found, string expected, ReadOnlySpan<byte> line)
    {
        Flush();
        return _page.Refuse(found, expected, line);
    }
}
