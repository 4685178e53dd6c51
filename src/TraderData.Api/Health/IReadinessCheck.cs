namespace TraderData.Api;

/// <summary>
/// Something without which the service cannot do its work. <c>/ready</c> asks every check that is registered, all at once, and is ready when each
/// returns in time. The store's check is always there; further ones are added with <c>services.AddSingleton&lt;IReadinessCheck, …&gt;()</c>.
/// </summary>
public interface IReadinessCheck
{
    /// <summary>What is checked, in one word: <c>store</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Returns when all is well. Any exception says that it is not; of a <see cref="Core.StorageException"/> the message is shown to the client, of
    /// others only that the check failed. After two seconds the check counts as failed.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the answer is no longer awaited.</param>
    Task CheckAsync(CancellationToken cancellationToken);
}
