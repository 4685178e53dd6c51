using System.Text;
using CsvHelper;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>The lines of a CSV file as fields: commas, quotes as in RFC 4180, LF or CRLF, blank lines left out.</summary>
internal sealed class CsvLines : IDisposable
{
    // A line of the widest recorded file has 180 bytes: what is far longer is not a file of bars, or a quote that is never closed.
    private const int MaxLineBytes = 64 * 1024;
    private const int MaxColumns = 1_000;

    private readonly string _file;
    private readonly CsvReader _reader;
    private int _columns;

    public CsvLines(string file, Stream content)
    {
        _file = file;
        _reader = CsvReader.Create(content, new CsvReaderOptions
        {
            Separator = ',',
            TrimWhitespace = true,
            TrackLineNumbers = true,
            MaxRecordSize = MaxLineBytes,
            MalformedData = CsvMalformedDataHandling.Throw,
        }, leaveOpen: true);
    }

    /// <summary>The number of the line that was read last, 1 for the first of the file.</summary>
    public long Line => _reader.LineNumber;

    /// <summary>The line that was read last, as messages name it.</summary>
    public string Where => $"{_file} line {Line}";

    /// <summary>The text of the line that was read last.</summary>
    public string Text => Encoding.UTF8.GetString(_reader.RawRecord);

    /// <summary>A field of the line that was read last, UTF-8, without spaces and quotes around it. Valid until the next line.</summary>
    public ReadOnlySpan<byte> this[int column] => _reader.GetSpan(column);

    public async Task<IReadOnlyList<string>> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CsvFormatException e)
        {
            throw Malformed(e);
        }

        var header = _reader.Headers.ToArray();
        if (header.Length == 0)
            throw new BadDataException(_file, "an empty file", "a header line and rows");
        if (header.Length > MaxColumns)
            throw new BadDataException($"{_file} line 1", $"{header.Length} columns", $"at most {MaxColumns}");
        if (header.Length == 1 && header[0].AsSpan().ContainsAny(';', '\t'))
            throw new BadDataException($"{_file} line 1", header[0].Contains(';', StringComparison.Ordinal) ? "semicolons" : "tabs", "commas between columns", header[0]);
        _columns = header.Length;
        return header;
    }

    /// <summary>Reads all lines below the header and shows each to <paramref name="look"/>.</summary>
    public async Task ReadAllAsync(Action<CsvLines> look, CancellationToken cancellationToken)
    {
        try
        {
            while (await _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_reader.FieldCount != _columns)
                    throw new BadDataException(Where, $"{_reader.FieldCount} fields", $"{_columns}, as the header has", Text);
                look(this);
            }
        }
        catch (CsvFormatException e)
        {
            throw Malformed(e);
        }
    }

    public void Dispose() => _reader.Dispose();

    private BadDataException Malformed(CsvFormatException e) =>
        new($"{_file} line {Math.Max(e.LineNumber, 1)}", e.Message.TrimEnd('.'), "fields as in RFC 4180", inner: e);
}
