using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>Tells what a test says was written.</summary>
internal sealed class MemoryChanges : IBarChanges
{
    private readonly Lock _lock = new();
    private readonly List<(Series Series, Action Changed)> _followers = [];

    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many follow a series.</summary>
    public int Followers
    {
        get
        {
            lock (_lock)
                return _followers.Count;
        }
    }

    public IDisposable Follow(Series series, Action changed)
    {
        lock (_lock)
            _followers.Add((series, changed));
        return new Follower(this, (series, changed));
    }

    public void Tell(Series series)
    {
        lock (_lock)
        {
            foreach (var (followed, changed) in _followers.Where(f => f.Series == series))
                changed();
        }
    }

    private sealed class Follower(MemoryChanges all, (Series, Action) entry) : IDisposable
    {
        public void Dispose()
        {
            lock (all._lock)
                all._followers.Remove(entry);
        }
    }
}
