using System.Text;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// Takes the rows of one answer in the order of the wire, and makes them a block. Each row is checked; the first that is not to be believed
/// refuses the answer whole, with the row's number (the first is 0) and its text.
/// </summary>
public sealed class BarPageBuilder
{
    // The longest row of any source is a quarter of it.
    private const int MaxRowBytes = 1_000;

    private readonly string _where;
    private readonly Timeframe? _grid;
    private readonly TimeRange _asked;
    private readonly BarBlockBuilder _bars;

    /// <summary>Makes an empty one.</summary>
    /// <param name="series">What the rows belong to.</param>
    /// <param name="grid">The grid that times must stand on; null for bars that follow a session.</param>
    /// <param name="asked">The range that rows must open in.</param>
    /// <param name="capacity">How many rows are likely to come.</param>
    /// <param name="file">The file that the rows stand in, for messages; null for an answer.</param>
    public BarPageBuilder(Series series, Timeframe? grid, TimeRange asked, int capacity, string? file = null)
    {
        (_where, _grid, _asked) = (file is null ? series.ToString() : $"{series} {file}", grid, asked);
        _bars = new BarBlockBuilder(series.ToString(), capacity);
    }

    /// <summary>How many rows came, those that were left out included; the number of the row that is being read.</summary>
    public int Rows { get; private set; }

    /// <summary>Opening time of the last row, left out or not, Unix milliseconds UTC; null before the first.</summary>
    public long? LastRowMs { get; private set; }

    /// <summary>Opening time of the first row that was left out; null when none was.</summary>
    public long? FirstOpenMs { get; private set; }

    /// <summary>Takes a row.</summary>
    /// <param name="bar">The row as a bar.</param>
    /// <param name="isClosed">False for a bar that is still forming: it is checked and left out, as is every row behind it.</param>
    /// <param name="rowText">The row's own text.</param>
    /// <exception cref="BadDataException">The row breaks a rule, is out of order, or outside the range that was asked for.</exception>
    public void Add(in Bar bar, bool isClosed, ReadOnlySpan<byte> rowText)
    {
        if (BarRules.FindViolation(bar, _grid) is { } violation)
            throw Refuse(violation.Found, violation.Expected, rowText);
        if (LastRowMs >= bar.TimeMs)
            throw Refuse($"time {TimeText.Iso(bar.TimeMs)} after {TimeText.Iso(LastRowMs.Value)}", "strictly rising times", rowText);
        if (!_asked.Contains(bar.TimeMs))
            throw Refuse($"time {TimeText.Iso(bar.TimeMs)}", $"a time in {_asked}, which was asked for", rowText);
        if (isClosed && FirstOpenMs is null)
            Append(bar, rowText);
        else
            FirstOpenMs ??= bar.TimeMs;
        LastRowMs = bar.TimeMs;
        Rows++;
    }

    /// <summary>Passes over a row that the next one takes the place of.</summary>
    public void Skip() => Rows++;

    /// <summary>The exception for the row that is being read.</summary>
    /// <param name="found">What is wrong, with the value in it.</param>
    /// <param name="expected">What would have been right.</param>
    /// <param name="rowText">The row's text, or what begins with it.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public BadDataException Refuse(string found, string expected, ReadOnlySpan<byte> rowText, Exception? inner = null) => new(
        $"{_where} row {Rows}", found, expected, Encoding.UTF8.GetString(rowText[..Math.Min(rowText.Length, MaxRowBytes)]), inner);

    /// <summary>The closed bars; the builder is not to be used afterwards.</summary>
    public BarBlock Build() => _bars.Build();

    private void Append(in Bar bar, ReadOnlySpan<byte> rowText)
    {
        try
        {
            _bars.Add(bar);
        }
        catch (BadDataException e)
        {
            // The builder knows the column, not the row.
            throw Refuse(e.Found, e.Expected, rowText, e);
        }
    }
}
