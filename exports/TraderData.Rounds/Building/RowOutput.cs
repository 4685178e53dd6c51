namespace TraderData.Rounds;

/// <summary>One data file while it is written.</summary>
internal abstract class RowOutput(string name, string type, IReadOnlyList<RoundColumn> columns, Stream destination) : IDisposable
{
    private long? _firstMs;
    private long? _lastMs;

    /// <summary>How many rows it has so far.</summary>
    public long Rows { get; private set; }

    protected HashedStream Output { get; } = new(destination);

    protected IReadOnlyList<RoundColumn> Columns { get; } = columns;

    /// <summary>Writes rows of one series.</summary>
    public void Append(SeriesRows rows, int start, int count, string? split)
    {
        if (count == 0)
            return;
        Rows += count;
        _firstMs = Math.Min(_firstMs ?? long.MaxValue, rows.Times[start]);
        _lastMs = Math.Max(_lastMs ?? long.MinValue, rows.Times[start + count - 1]);
        Write(rows, start, count, split);
    }

    /// <summary>Ends the rows of a series.</summary>
    public virtual void EndSeries()
    {
    }

    /// <summary>Ends the file.</summary>
    public RoundFile Finish()
    {
        End();
        return new RoundFile(name, type, name[(name.LastIndexOf('.') + 1)..], Output.Length, Output.Finish()) { Rows = Rows, FirstMs = _firstMs, LastMs = _lastMs, Columns = Columns };
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Output.Dispose();

    protected abstract void Write(SeriesRows rows, int start, int count, string? split);

    protected abstract void End();
}
