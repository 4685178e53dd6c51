namespace TraderData.Core;

/// <summary>Goes along ascending ranges and tells of ascending times whether they are in one.</summary>
internal sealed class RangeCursor
{
    private readonly IEnumerator<TimeRange> _ranges;
    private bool _any;

    public RangeCursor(IEnumerable<TimeRange> ascending)
    {
        _ranges = ascending.GetEnumerator();
        _any = _ranges.MoveNext();
    }

    /// <summary>True when a time is in one of the ranges. No time may be asked for that is before the last one.</summary>
    /// <param name="timeMs">The time.</param>
    /// <param name="untilMs">Up to where the answer stays the same; <see cref="long.MaxValue"/> for ever.</param>
    public bool Contains(long timeMs, out long untilMs)
    {
        while (_any && _ranges.Current.EndMs <= timeMs)
            _any = _ranges.MoveNext();
        var inside = _any && _ranges.Current.StartMs <= timeMs;
        untilMs = !_any ? long.MaxValue : inside ? _ranges.Current.EndMs : _ranges.Current.StartMs;
        return inside;
    }
}
