using Microsoft.Extensions.Logging;
using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>
/// Goes through things that a provider is asked about, one after the other. A fault of one does not keep the others from their turn; faults that are the provider's end it, so that a provider that is away is
/// not waited for again and again.
/// </summary>
internal sealed class Turn(ILogger logger)
{
    // Three in a row of things are no accident of one.
    private const int MostFaults = 3;

    // Those that failed come last the next time, so that they keep nobody from his turn.
    private HashSet<string> _faulted = new(StringComparer.Ordinal);

    /// <summary>Does work for each.</summary>
    /// <returns>What did not go through.</returns>
    public async Task<TurnReport> RunAsync<T>(IEnumerable<T> all, Func<T, string> idOf, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var (faults, faulted, asked) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var one in all.OrderBy(one => _faulted.Contains(idOf(one))).ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            asked++;
            try
            {
                await work(one, cancellationToken).ConfigureAwait(false);
            }
            catch (ProviderException e)
            {
                logger.ProviderFault(idOf(one), e.Message);
                faults.Add(e.Message);
                faulted.Add(idOf(one));
                if (e.Kind is ProviderErrorKind.Unreachable or ProviderErrorKind.Unauthorized || faults.Count == MostFaults)
                    break;
            }
        }

        _faulted = faulted;
        return new TurnReport(asked, faults);
    }
}
