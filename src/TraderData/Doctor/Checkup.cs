using TraderData.Connectors;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Marketplace;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary>Runs checks, and makes findings of what they throw.</summary>
internal static class Checkup
{
    // A connection that takes longer is of no use to a service either.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Runs one.</summary>
    /// <param name="check">Its name.</param>
    /// <param name="remedy">What to do when it cannot be done at all: which setting to look at.</param>
    /// <param name="run">The check.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        string check, string remedy, Func<CancellationToken, Task<IReadOnlyList<Finding>>> run, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await run(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StorageException or SourceException or BadDataException or ProviderException or LonaGatewayException or SigningException or MisuseException or IOException or UnauthorizedAccessException)
        {
            return [Finding.Failed(check, e.Message, remedy)];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [Finding.Failed(check, $"no answer within {Patience.TotalSeconds} s", $"{remedy}; look at the network and any proxy as well")];
        }
    }
}
