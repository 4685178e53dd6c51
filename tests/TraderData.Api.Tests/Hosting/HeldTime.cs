using System.Threading.Channels;

namespace TraderData.Api.Tests;

/// <summary>A clock that stands still until a test lets the wait pass that was begun last.</summary>
internal sealed class HeldTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(Sample.Ms(ApiHost.Now));
    private (HeldTimer Timer, TimeSpan DueTime)? _last;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>How long the next wait is to last, when it has begun.</summary>
    public ValueTask<TimeSpan> NextWaitAsync(CancellationToken cancellationToken) => _waits.Reader.ReadAsync(cancellationToken);

    /// <summary>Lets the last wait pass.</summary>
    public void Pass()
    {
        HeldTimer timer;
        lock (_lock)
        {
            timer = _last!.Value.Timer;
            _now += _last.Value.DueTime;
        }

        timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeldTimer(callback, state);
        lock (_lock)
            _last = (timer, dueTime);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    private sealed class HeldTimer(TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
