using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Collects the bars of a file, oldest or newest first, as ascending blocks.</summary>
internal sealed class CsvBlocks(CsvImportRequest request)
{
    // A day and a half of minutes times thirty: few writes for years of bars, and little memory beside the columns.
    private const int BarsPerBlock = 65_536;

    private readonly List<Bar> _bars = [];
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
        _bars.Add(bar);
        Rows++;
        (_lastMs, _lastLine) = (bar.TimeMs, line);
        if (_bars.Count == BarsPerBlock)
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

    private void Close()
    {
        if (NewestFirst)
            _bars.Reverse();
        var builder = new BarBlockBuilder($"{request.FileName} {request.Series}", _bars.Count);
        foreach (var bar in _bars)
            builder.Add(bar);
        if (builder.Count > 0)
            _blocks.Add(builder.Build());
        _bars.Clear();
    }

    private void ThrowDisorder(long timeMs, long line)
    {
        var where = $"{request.FileName} lines {_lastLine} and {line}";
        var found = timeMs == _lastMs ? $"{TimeText.Iso(timeMs)} twice" : $"{TimeText.Iso(_lastMs)} and then {TimeText.Iso(timeMs)}";
        throw new BadDataException(where, found, NewestFirst ? "newest first, each time once, as the file begins" : "each time once, oldest first (or newest first throughout)");
    }
}
