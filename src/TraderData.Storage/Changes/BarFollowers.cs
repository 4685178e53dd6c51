using System.Collections.Immutable;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Who follows which series.</summary>
/// <param name="lookEvery">Tells how long a write of another process may go untold now.</param>
/// <param name="onFollow">Called before each follower is taken up, so that whoever tells can begin to listen.</param>
internal sealed class BarFollowers(Func<TimeSpan> lookEvery, Action onFollow) : IBarChanges
{
    private readonly Lock _lock = new();
    private ImmutableDictionary<Series, ImmutableList<Action>> _followers = ImmutableDictionary<Series, ImmutableList<Action>>.Empty;

    /// <inheritdoc/>
    public TimeSpan LookEvery => lookEvery();

    /// <inheritdoc/>
    public IDisposable Follow(Series series, Action changed)
    {
        onFollow();
        lock (_lock)
            _followers = _followers.SetItem(series, _followers.GetValueOrDefault(series, ImmutableList<Action>.Empty).Add(changed));
        return new Follower(this, series, changed);
    }

    /// <summary>Tells those who follow a series; everybody when null.</summary>
    public void Tell(Series? series)
    {
        var all = _followers;
        if (series is null)
        {
            foreach (var changed in all.Values.SelectMany(list => list))
                changed();
        }
        else if (all.TryGetValue(series, out var followers))
        {
            foreach (var changed in followers)
                changed();
        }
    }

    private void Leave(Series series, Action changed)
    {
        lock (_lock)
        {
            if (!_followers.TryGetValue(series, out var followers))
                return;
            followers = followers.Remove(changed);
            _followers = followers.IsEmpty ? _followers.Remove(series) : _followers.SetItem(series, followers);
        }
    }

    private sealed class Follower(BarFollowers all, Series series, Action changed) : IDisposable
    {
        public void Dispose() => all.Leave(series, changed);
    }
}
