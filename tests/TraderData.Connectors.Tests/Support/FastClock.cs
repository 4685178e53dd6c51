namespace TraderData.Connectors.Tests;

/// <summary>
/// A clock on which a wait is over as soon as it begins: time jumps to its end. Timers of exactly <see cref="Deadline"/> are time limits, not waits:
/// they move nothing, and end only by <see cref="MissDeadlines"/>.
/// </summary>
internal sealed class FastClock(DateTimeOffset start) : TimeProvider
{
    /// <summary>No wait has this length, so that it tells time limits from waits.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(31_007);

    private readonly Lock _gate = new();
    private readonly List<FastTimer> _pending = [];
    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = start;

    /// <summary>False holds waits back for good, so that they can be cancelled.</summary>
    public bool Jumps { get; init; } = true;

    /// <summary>Completes when the first wait is held back.</summary>
    public TaskCompletionSource WaitBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every wait so far, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate)
                return [.. _waits];
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public void Advance(TimeSpan by)
    {
        lock (_gate)
            _now += by;
    }

    /// <summary>Ends every time limit that is running.</summary>
    /// <returns>How many there were.</returns>
    public int MissDeadlines()
    {
        FastTimer[] pending;
        lock (_gate)
        {
            pending = [.. _pending];
            _pending.Clear();
        }

        foreach (var timer in pending)
            timer.Fire();
        return pending.Length;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FastTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Schedule(FastTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _pending.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;
            if (dueTime == Deadline)
            {
                _pending.Add(timer);
                return;
            }

            _waits.Add(dueTime);
            WaitBegan.TrySetResult();
            if (!Jumps)
                return;
            _now += dueTime;
        }

        ThreadPool.QueueUserWorkItem(static t => t.Fire(), timer, preferLocal: false);
    }

    private void Forget(FastTimer timer)
    {
        lock (_gate)
            _pending.Remove(timer);
    }

    private sealed class FastTimer(FastClock clock, TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _isDisposed;

        public void Fire()
        {
            if (!_isDisposed)
                callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Schedule(this, dueTime);
            return true;
        }

        public void Dispose()
        {
            _isDisposed = true;
            clock.Forget(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
