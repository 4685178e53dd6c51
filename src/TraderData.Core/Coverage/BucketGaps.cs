namespace TraderData.Core;

/// <summary>Puts the causes of fine bars that are not there together to those of the made bars that they would be part of: the most urgent one counts.</summary>
internal sealed class BucketGaps(Timeframe made, GapList gaps)
{
    private long? _bucketMs;
    private GapCause _cause;

    /// <summary>Takes the next fine slots without a bar.</summary>
    public void Add(TimeRange slots, GapCause cause)
    {
        for (var startMs = slots.StartMs; startMs < slots.EndMs;)
        {
            var bucketMs = made.Floor(startMs);
            if (bucketMs != _bucketMs)
                Close();
            var endMs = startMs == bucketMs ? made.Floor(slots.EndMs) : bucketMs;
            if (endMs > startMs)
            {
                gaps.Add(new TimeRange(startMs, endMs), cause);
                startMs = endMs;
                continue;
            }

            _cause = _bucketMs is null || cause > _cause ? cause : _cause;
            _bucketMs = bucketMs;
            startMs = Math.Min(slots.EndMs, bucketMs + made.DurationMs);
        }
    }

    /// <summary>Ends the bucket that was reached: what follows belongs to another one.</summary>
    public void Close()
    {
        if (_bucketMs is { } bucketMs)
            gaps.Add(new TimeRange(bucketMs, bucketMs + made.DurationMs), _cause);
        _bucketMs = null;
    }
}
