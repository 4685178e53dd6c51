using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Collects the bars of a file, oldest or newest first, as ascending blocks.</summary>
internal sealed class CsvBlocks(CsvImportRequest request)
{
    // A month and a half of minutes: few writes for years of bars, and little memory beside the columns.
    private const int BarsPerBlock = 65_536;

    private readonly BarBlockBuilder _builder = new($"{request.FileName} {request.Series}");

    // The first bar, until the second tells which way they go; of a file with the newest first, all bars of a block.
    private readonly List<Bar> _waiting = [];
    private readonly List<BarBlock> _blocks = [];
    private long _lastMs;
    private long _lastLine;

    public long Rows { get; private set; }

    public bool NewestFirst { get; private set; }

    /// <summary>Takes the next bar of the file.</summary>
    /// <exception cref="BadDataException">Its time is that of the bar before, or leaves the order of the bars before.</exception>
    public void Add(in Bar bar, long line)
    {
        if (Rows == 1)
            NewestFirst = bar.TimeMs < _lastMs;
        if (Rows > 0 && (NewestFirst ? bar.TimeMs >= _lastMs : bar.TimeMs <= _lastMs))
            ThrowDisorder(bar.TimeMs, line);
        if (Rows == 0 || NewestFirst)
            _waiting.Add(bar);
        else
            AddOldestFirst(bar, line);
        Rows++;
        (_lastMs, _lastLine) = (bar.TimeMs, line);
        if (_waiting.Count + _builder.Count == BarsPerBlock)
            Close();
    }

    /// <summary>All bars, ascending.</summary>
    public IReadOnlyList<BarBlock> Finish()
    {
        Close();
        if (NewestFirst)
            _blocks.Reverse();
        return _blocks;
    }

    private void AddOldestFirst(in Bar bar, long line)
    {
        if (_waiting.Count > 0)
        {
            _builder.Add(_waiting[0]);
            _waiting.Clear();
        }

        try
        {
            _builder.Add(bar);
        }
        catch (BadDataException e)
        {
            // A store holds a column at one scale too: better here, with the line, than half way through writing.
            throw new BadDataException($"{request.FileName} line {line}", e.Found, e.Expected, inner: e);
        }
    }

    private void Close()
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
            _builder.Add(_waiting[i]);
        _waiting.Clear();
        if (_builder.Count > 0)
            _blocks.Add(_builder.Build());
    }

    private void ThrowDisorder(long timeMs, long line)
    {
        var where = $"{request.FileName} lines {_lastLine} and {line}";
        var found = timeMs == _lastMs ? $"{TimeText.Iso(timeMs)} twice" : $"{TimeText.Iso(_lastMs)} and then {TimeText.Iso(timeMs)}";
        throw new BadDataException(where, found, NewestFirst ? "newest first, each time once, as the file begins" : "each time once, oldest first (or newest first throughout)");
    }
}
