using System.Collections.Concurrent;

namespace TraderData.Storage;

/// <summary>Work that many ask for at once is done once. Who goes away while it is done does not stop it for the others.</summary>
internal sealed class SingleFlight<TKey, T>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TaskCompletionSource<T>> _flights = new();

    /// <summary>Joins the work of that name, or begins it.</summary>
    /// <param name="key">What the result follows from.</param>
    /// <param name="work">The work; nobody cancels it.</param>
    /// <param name="cancellationToken">Stops the waiting alone.</param>
    public Task<T> RunAsync(TKey key, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var flight = _flights.GetOrAdd(key, mine);
        if (flight == mine)
            _ = FlyAsync(key, mine, work);
        return flight.Task.WaitAsync(cancellationToken);
    }

    private async Task FlyAsync(TKey key, TaskCompletionSource<T> flight, Func<Task<T>> work)
    {
        try
        {
            var result = await work();
            _flights.TryRemove(key, out _);
            flight.SetResult(result);
        }
        catch (Exception e)
        {
            _flights.TryRemove(key, out _);
            flight.SetException(e);
        }
    }
}
