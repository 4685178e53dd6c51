using TraderData.Core;

namespace TraderData.Marketplace;

/// <summary>
/// Finds tokens by their hashes, one query at a time, each for all that wait: behind a start every vendor's token is unknown at once, and to open a connection for each takes ten times as long. What is
/// found was read after it was asked for.
/// </summary>
/// <param name="find">Finds those of some hashes that there are.</param>
internal sealed class TokenLookups(Func<string[], Task<IReadOnlyList<Principal>>> find)
{
    private readonly Lock _gate = new();
    private List<Lookup> _waiting = [];
    private bool _isRunning;

    /// <summary>The token of a hash; null when there is none.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public Task<Principal?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        var lookup = new Lookup(hash, new TaskCompletionSource<Principal?>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _waiting.Add(lookup);
            if (!_isRunning)
                _ = RunAsync();
            _isRunning = true;
        }

        return lookup.Found.Task.WaitAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        // The first ones of all go at once; whoever comes meanwhile goes together.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (Take() is { Count: > 0 } lookups)
            await AnswerAsync(lookups);
    }

    private List<Lookup> Take()
    {
        lock (_gate)
        {
            var taken = _waiting;
            (_waiting, _isRunning) = ([], taken.Count > 0);
            return taken;
        }
    }

    private async Task AnswerAsync(List<Lookup> lookups)
    {
        try
        {
            var found = (await find([.. lookups.Select(lookup => lookup.Hash).Distinct(StringComparer.Ordinal)])).ToDictionary(held => held.Token.Hash, StringComparer.Ordinal);
            foreach (var lookup in lookups)
                lookup.Found.SetResult(found.GetValueOrDefault(lookup.Hash));
        }
        catch (Exception e)
        {
            foreach (var lookup in lookups)
            {
                // Whoever went away meanwhile does not look at it.
                if (lookup.Found.TrySetException(e))
                    _ = lookup.Found.Task.Exception;
            }
        }
    }

    private sealed record Lookup(string Hash, TaskCompletionSource<Principal?> Found);
}
