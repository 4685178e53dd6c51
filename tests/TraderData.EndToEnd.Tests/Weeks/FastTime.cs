using System.IO.MemoryMappedFiles;
using TraderData.Connectors;

namespace TraderData.EndToEnd.Tests;

/// <summary>
/// A clock that runs many times as fast as the machine's, can be stopped, and is computed from what stands in a small file, so that processes share it without
/// talking: what waits on it waits as much shorter. Only the time limits of requests and connections are the machine's: an answer takes no less time on a busy one.
/// </summary>
internal sealed class FastTime : TimeProvider, IDisposable
{
    /// <summary>The environment variable that a process is given its clock by: the file, and the ticks by which it is off.</summary>
    public const string Variable = "TRADER_DATA_TEST_CLOCK";

    // Which of the two rows counts, and the rows: the machine's ticks, this clock's ticks at that time, and how many of these pass in one from then on.
    private const int RowBytes = 3 * sizeof(long);
    private const int FileBytes = sizeof(long) + (2 * RowBytes);

    // Enough for a process that has just begun on a machine with other work.
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan[] NominalRequestLimits = [new SourceHttpOptions().AttemptTimeout, .. OfStreams(new StreamOptions())];
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly string _path;
    private readonly TimeSpan _skew;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private FastTime(string path, TimeSpan skew)
    {
        (_path, _skew) = (path, skew);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, FileBytes);
        _view = _file.CreateViewAccessor();
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Makes a clock that stands still.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="start">What it shows.</param>
    public static FastTime Create(string path, DateTimeOffset start)
    {
        var time = new FastTime(path, TimeSpan.Zero);
        time.Write(System.GetUtcNow().UtcTicks, start.UtcTicks, 0);
        return time;
    }

    /// <summary>The clock of an environment variable.</summary>
    public static FastTime Open(string variable)
    {
        var parts = variable.Split(';');
        return new FastTime(parts[0], TimeSpan.Parse(parts[1], null));
    }

    /// <summary>What to give to a process whose clock is to be off by some time.</summary>
    public string VariableOf(TimeSpan skew) => $"{_path};{skew:c}";

    /// <summary>From now on so many seconds pass in one of the machine's; 0 stops it.</summary>
    public void Run(int speed)
    {
        var realTicks = System.GetUtcNow().UtcTicks;
        Write(realTicks, TicksAt(realTicks), speed);
    }

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(TicksAt(System.GetUtcNow().UtcTicks), TimeSpan.Zero) + _skew;

    public override long GetTimestamp() => TicksAt(System.GetUtcNow().UtcTicks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    /// <summary>How long to wait on the machine's clock for some time of this one. While it stands still a wait ends early: those who wait look at the clock again.</summary>
    public TimeSpan Real(TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
            return time;
        if (NominalRequestLimits.Contains(time))
            return RequestLimit;
        var real = time / Math.Max(1, Row().Speed);
        return real < ShortestWait ? ShortestWait : real;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static TimeSpan[] OfStreams(StreamOptions options) => [options.ConnectTimeout, options.MaxSilence, options.PingEvery];

    private long TicksAt(long realTicks)
    {
        var (real, ticks, speed) = Row();
        return ticks + ((realTicks - real) * speed);
    }

    private (long Real, long Ticks, long Speed) Row()
    {
        var at = sizeof(long) + (_view.ReadInt64(0) * RowBytes);
        return (_view.ReadInt64(at), _view.ReadInt64(at + sizeof(long)), _view.ReadInt64(at + (2 * sizeof(long))));
    }

    // Into the row that nobody reads.
    private void Write(long real, long ticks, long speed)
    {
        var row = 1 - _view.ReadInt64(0);
        var at = sizeof(long) + (row * RowBytes);
        _view.Write(at, real);
        _view.Write(at + sizeof(long), ticks);
        _view.Write(at + (2 * sizeof(long)), speed);
        Thread.MemoryBarrier();
        _view.Write(0, row);
    }

    private sealed class FastTimer(ITimer timer, FastTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Real(dueTime), time.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
