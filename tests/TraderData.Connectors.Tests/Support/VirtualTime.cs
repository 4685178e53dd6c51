using System.Collections.Concurrent;

namespace TraderData.Connectors.Tests;

/// <summary>
/// A clock for programs that run as tasks of one thread: when all of them wait for a timer, time jumps to the first. What really takes time (a database)
/// is waited for while time stands still.
/// </summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<VirtualTimer, (long Ticks, long Number)> _timers = new();
    private readonly Pump _pump = new();
    private long _ticks = start.UtcTicks;
    private long _number;
    private int _real;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    /// <summary>Waits for something outside of this world.</summary>
    public async Task<T> RealAsync<T>(Func<Task<T>> work)
    {
        Interlocked.Increment(ref _real);
        try
        {
            return await work();
        }
        finally
        {
            Interlocked.Decrement(ref _real);
        }
    }

    /// <summary>Runs a program and everything that it begins, until it ends.</summary>
    public void Run(Func<Task> program)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_pump);
        try
        {
            var running = program();
            while (!running.IsCompleted)
            {
                if (_pump.TryRunOne(wait: Volatile.Read(ref _real) > 0))
                    continue;
                if (running.IsCompleted)
                    break;
                FireNext();
            }

            running.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void FireNext()
    {
        VirtualTimer? timer;
        lock (_gate)
        {
            if (!_timers.TryDequeue(out timer, out var due))
                throw new InvalidOperationException("everybody waits, and for nothing");
            Volatile.Write(ref _ticks, Math.Max(_ticks, due.Ticks));
        }

        timer.Fire();
    }

    private void Add(VirtualTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
            _timers.Enqueue(timer, (_ticks + dueTime.Ticks, _number++));
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private bool _isOver;

        public void Fire()
        {
            if (!_isOver)
                callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
                time.Add(this, dueTime);
            return true;
        }

        public void Dispose() => _isOver = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Pump : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

        public override void Post(SendOrPostCallback d, object? state) => _queue.Add((d, state));

        public bool TryRunOne(bool wait)
        {
            if (!_queue.TryTake(out var next, wait ? 20 : 0))
                return wait;
            next.Callback(next.State);
            return true;
        }
    }
}

/// <summary>The clock of a machine that is set wrong.</summary>
internal sealed class WrongClock(TimeProvider right, TimeSpan ahead) : TimeProvider
{
    public override long TimestampFrequency => right.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + ahead;

    public override long GetTimestamp() => right.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => right.CreateTimer(callback, state, dueTime, period);
}
